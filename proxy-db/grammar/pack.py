"""pack.py GRAM_C KWLIST_H OUTPUT: packs bison's tables and the keyword list into one resource.

Layout, before it is deflated (zlib), big-endian:

    magic       8 bytes  "PGGRAM01"
    numbers     7 ints   final state, tokens, nonterminals, rules, states, the error mark of
                         pact, the error mark of table
    names       int n, then n strings (short length, UTF-8): all symbols, tokens first
    arrays      pact (int n, then n ints), then defact pgoto defgoto table check r1 r2
                (each: int n, then n shorts)
    keywords    int n, then for each: string word, short token, byte category, byte bare label

A category is U(nreserved), C(olumn name), T(ype or function name) or R(eserved).
"""

import re
import struct
import sys
import zlib

ARRAYS = ["pact", "defact", "pgoto", "defgoto", "table", "check", "r1", "r2"]
WIDTHS = {"pact": "i"}
CATEGORIES = {
    "UNRESERVED_KEYWORD": b"U",
    "COL_NAME_KEYWORD": b"C",
    "TYPE_FUNC_NAME_KEYWORD": b"T",
    "RESERVED_KEYWORD": b"R",
}


def number(source, name):
    found = re.search(r"^#define %s\s+\(?(-?\d+)\)?$" % name, source, re.M)
    return int(found.group(1))


def body(source, name):
    return re.search(r"\b%s\[\] =\s*\{(.*?)\n\};" % name, source, re.S).group(1)


def array(source, name):
    return [int(value) for value in re.findall(r"-?\d+", body(source, name))]


def names(source):
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', body(source, "yytname"))
    return [re.sub(r"\\(.)", r"\1", name) for name in quoted]


def string(text):
    encoded = text.encode("utf-8")
    return struct.pack(">H", len(encoded)) + encoded


def keywords(kwlist, symbols):
    found = re.findall(r'^PG_KEYWORD\("(\w+)", (\w+), (\w+), (\w+)\)', kwlist, re.M)
    packed = struct.pack(">i", len(found))
    for word, token, category, label in found:
        packed += string(word) + struct.pack(">h", symbols.index(token))
        packed += CATEGORIES[category] + (b"\1" if label == "BARE_LABEL" else b"\0")
    return packed


def main(gram, kwlist, output):
    source = open(gram, encoding="utf-8").read()
    tokens, nonterminals = number(source, "YYNTOKENS"), number(source, "YYNNTS")
    rules, states = number(source, "YYNRULES"), number(source, "YYNSTATES")
    symbols = names(source)
    tables = {name: array(source, "yy" + name) for name in ARRAYS}
    assert len(symbols) == tokens + nonterminals, len(symbols)
    assert len(tables["pact"]) == len(tables["defact"]) == states
    assert len(tables["pgoto"]) == len(tables["defgoto"]) == nonterminals
    assert len(tables["table"]) == len(tables["check"]) == number(source, "YYLAST") + 1
    assert len(tables["r1"]) == len(tables["r2"]) == rules + 1

    packed = b"PGGRAM01"
    packed += struct.pack(
        ">7i", number(source, "YYFINAL"), tokens, nonterminals, rules, states,
        number(source, "YYPACT_NINF"), number(source, "YYTABLE_NINF"))
    packed += struct.pack(">i", len(symbols)) + b"".join(map(string, symbols))
    for name in ARRAYS:
        values = tables[name]
        packed += struct.pack(">i%d%s" % (len(values), WIDTHS.get(name, "h")), len(values), *values)
    packed += keywords(open(kwlist, encoding="utf-8").read(), symbols)
    deflated = zlib.compress(packed, 9)
    with open(output, "wb") as file:
        file.write(deflated)
    print("%s: %d states, %d rules, %d tokens, %d nonterminals; %d bytes, %d deflated"
          % (output.rsplit("/", 1)[-1], states, rules, tokens, nonterminals, len(packed),
             len(deflated)))


if __name__ == "__main__":
    main(*sys.argv[1:])
