package dev.sallyport.proxy.db.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proxy.db.sql.SqlSyntaxException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lexer, rule by rule of {@code scan.l}. */
final class SqlLexerTest {

    /** Tokens as {@code kind:what it says}. */
    private static List<String> tokens(String sql) throws SqlSyntaxException {
        Tokens tokens = SqlLexer.read(sql);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < tokens.count() - 1; i++) {
            String kind = GrammarTables.POSTGRESQL_18.names.get(tokens.kind(i));
            boolean isName = tokens.kind(i) == Terminals.IDENT;
            words.add(kind + ":" + (isName ? tokens.name(i) : tokens.content(i)));
        }
        return words;
    }

    private static Reason reason(String sql) {
        try {
            SqlLexer.read(sql);
        } catch (SqlSyntaxException e) {
            return e.reason();
        }
        throw new AssertionError("accepted: " + sql);
    }

    @Test
    void foldsOnlyAsciiAndTakesEveryOtherCharacterIntoNames() throws SqlSyntaxException {
        // Given: the Kelvin sign, a no-break space, an ideographic space, an emoji
        String sql = "FOO \u212aEY a\u00a0b \u3000 \ud83d\ude00x \u00c4B";

        // When / Then
        assertThat(tokens(sql))
                .containsExactly(
                        "IDENT:foo",
                        "IDENT:\u212aey",
                        "IDENT:a\u00a0b",
                        "IDENT:\u3000",
                        "IDENT:\ud83d\ude00x",
                        "IDENT:\u00c4b");
    }

    @Test
    void cutsNamesToSixtyThreeBytesAtACharacter() throws SqlSyntaxException {
        // Given
        String ascii = "a".repeat(70);
        String wide = "a".repeat(62) + "\u00e9";

        // When
        List<String> words = tokens(ascii + " \"" + wide + "\" U&\"" + ascii + "\"");

        // Then
        assertThat(words)
                .containsExactly(
                        "IDENT:" + "a".repeat(63),
                        "IDENT:" + "a".repeat(62),
                        "IDENT:" + "a".repeat(63));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'a''b' | SCONST:a'b",
                "'a\\' | SCONST:a\\",
                "E'a\\'b' | SCONST:a'b",
                "e'\\\\' | SCONST:\\",
                "e'\\x41\\102\\u0043\\U00000044' | SCONST:ABCD",
                "e'\\xc3\\xa9' | SCONST:\u00e9",
                "e'\\ud83d\\ude00' | SCONST:\ud83d\ude00",
                "e'\\q' | SCONST:q",
                "b'01' | BCONST:01",
                "x'1F' | XCONST:1F",
                "$$a'b$$ | SCONST:a'b",
                "$t$a$$b$t$ | SCONST:a$$b",
                "$\u00e9$a$\u00e9$ | SCONST:a",
                "U&'d\\0061t\\+000061' | SCONST:data",
                "U&'d!0061ta' uescape '!' | SCONST:data",
                "U&'a''b' | SCONST:a'b",
                "U&\"d\\0061t\\0061\" | IDENT:data",
                "u&\"d!0061ta\" UESCAPE '!' | IDENT:data",
                "\"a\"\"b\" | IDENT:a\"b",
            })
    void decodesWhatIsQuoted(String sql, String token) throws SqlSyntaxException {
        assertThat(tokens(sql)).containsExactly(token);
    }

    @Test
    void continuesStringsOverNewlinesAndLineCommentsOnly() throws SqlSyntaxException {
        assertThat(tokens("'a'\n'b'")).containsExactly("SCONST:ab");
        assertThat(tokens("'a' -- c'\n  -- d\n\t'b'")).containsExactly("SCONST:ab");
        assertThat(tokens("e'a'\n'\\x42'")).containsExactly("SCONST:aB");
        assertThat(tokens("'a'\n'\\x42'")).containsExactly("SCONST:a\\x42");
        assertThat(tokens("'a' 'b'")).containsExactly("SCONST:a", "SCONST:b");
        assertThat(tokens("'a' /* \n */ 'b'")).containsExactly("SCONST:a", "SCONST:b");
        assertThat(tokens("'a'--\r'b'")).containsExactly("SCONST:ab");
    }

    @Test
    void nestsBlockComments() throws SqlSyntaxException {
        assertThat(tokens("1 /* a /* b */ c */ 2")).containsExactly("ICONST:1", "ICONST:2");
        assertThat(tokens("1 /*/**/*/ 2")).containsExactly("ICONST:1", "ICONST:2");
        assertThat(tokens("1 /***/ 2")).containsExactly("ICONST:1", "ICONST:2");
        assertThat(reason("/* /* */")).isEqualTo(Reason.UNTERMINATED);
        assertThat(reason("/*/")).isEqualTo(Reason.UNTERMINATED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a+-b | IDENT:a '+':+ '-':- IDENT:b",
                "a=-1 | IDENT:a '=':= '-':- ICONST:1",
                "a@-1 | IDENT:a Op:@- ICONST:1",
                "a<>b | IDENT:a NOT_EQUALS:<> IDENT:b",
                "a!=b | IDENT:a NOT_EQUALS:!= IDENT:b",
                "a=>b | IDENT:a EQUALS_GREATER:=> IDENT:b",
                "a<=-1 | IDENT:a LESS_EQUALS:<= '-':- ICONST:1",
                "a*/*c*/b | IDENT:a '*':* IDENT:b",
                "a<--c | IDENT:a '<':<",
                "a?b | IDENT:a Op:? IDENT:b",
                "a::b | IDENT:a TYPECAST::: IDENT:b",
                "a:=b | IDENT:a COLON_EQUALS::= IDENT:b",
                "a..b | IDENT:a DOT_DOT:.. IDENT:b",
                "+-+ | '+':+ '-':- '+':+",
            })
    void endsOperatorsWherePostgresqlDoes(String sql, String expected) throws SqlSyntaxException {
        assertThat(String.join(" ", tokens(sql))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | ICONST:1",
                "2147483647 | ICONST:2147483647",
                "2147483648 | FCONST:2147483648",
                "0x7fffffff | ICONST:0x7fffffff",
                "0x80000000 | FCONST:0x80000000",
                "0o17 | ICONST:0o17",
                "0b_1 | ICONST:0b_1",
                "1_000 | ICONST:1_000",
                "1.5 | FCONST:1.5",
                ".5e-3 | FCONST:.5e-3",
                "1. | FCONST:1.",
                "1e5 | FCONST:1e5",
                "1_0.2_0e3_0 | FCONST:1_0.2_0e3_0",
                "1..10 | ICONST:1 DOT_DOT:.. ICONST:10",
                "1.2.3 | FCONST:1.2 FCONST:.3",
                "$1 | PARAM:$1",
            })
    void readsNumbers(String sql, String expected) throws SqlSyntaxException {
        assertThat(String.join(" ", tokens(sql))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1a", "1_", "1__0", "0x", "0xg", "0x1_", "0b2", "0b12", "0o8", "1e", "1e+", "1.5e",
                "1.a", "1._5", "1_0$", "0x1$", "1e5x", "1\u00e9"
            })
    void refusesNumbersThatRunIntoLetters(String sql) {
        assertThat(reason(sql)).isEqualTo(Reason.NUMBER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'a | UNTERMINATED",
                "e'a\\' | UNTERMINATED",
                "e'a\\ | UNTERMINATED",
                "\"a | UNTERMINATED",
                "$$a | UNTERMINATED",
                "$a$b$c$ | UNTERMINATED",
                "b'1 | UNTERMINATED",
                "$a | SYNTAX",
                "{ | SYNTAX",
                "a \\g | SYNTAX",
                "\"\" | EMPTY_IDENTIFIER",
                "U&\"\" | EMPTY_IDENTIFIER",
                "e'\\u12' | ESCAPE",
                "e'\\ud800' | ESCAPE",
                "e'\\ud800x' | ESCAPE",
                "e'\\udc00' | ESCAPE",
                "e'\\u0000' | ESCAPE",
                "e'\\x00' | ESCAPE",
                "e'\\400' | ESCAPE",
                "e'\\xff' | ESCAPE",
                "e'\\xc3' | ESCAPE",
                "e'\\xed\\xa0\\x80' | ESCAPE",
                "e'\\U00110000' | ESCAPE",
                "U&'\\00' | ESCAPE",
                "U&'\\0000' | ESCAPE",
                "U&'\\d800' | ESCAPE",
                "U&'\\d800\\\\' | ESCAPE",
                "U&'a' uescape | ESCAPE",
                "U&'a' uescape 'ab' | ESCAPE",
                "U&'a' uescape 'a' | ESCAPE",
                "U&'a' uescape '+' | ESCAPE",
                "U&'a' uescape U&'!' | ESCAPE",
                "$1a | PARAMETER",
                "$2147483648 | PARAMETER",
            })
    void refusesWhatIsMalformed(String sql, Reason expected) {
        assertThat(reason(sql)).isEqualTo(expected);
    }

    @Test
    void refusesOperatorsOfSixtyFourCharacters() throws SqlSyntaxException {
        assertThat(tokens("@".repeat(63))).hasSize(1);
        assertThat(reason("@".repeat(64))).isEqualTo(Reason.OPERATOR);
    }

    @Test
    void refusesWhatUtf8CannotSay() {
        assertThat(reason("select 'a\0b'")).isEqualTo(Reason.NOT_TEXT);
        assertThat(reason("select '\ud800'")).isEqualTo(Reason.NOT_TEXT);
        assertThat(reason("select '\udc00'")).isEqualTo(Reason.NOT_TEXT);
    }

    @Test
    void relabelsWordsByTheWordThatFollows() throws SqlSyntaxException {
        assertThat(tokens("not in")).containsExactly("NOT_LA:not", "IN_P:in");
        assertThat(tokens("not null")).containsExactly("NOT:not", "NULL_P:null");
        assertThat(tokens("with /* c */ time")).containsExactly("WITH_LA:with", "TIME:time");
        assertThat(tokens("with t")).containsExactly("WITH:with", "IDENT:t");
        assertThat(tokens("without time")).containsExactly("WITHOUT_LA:without", "TIME:time");
        assertThat(tokens("nulls last")).containsExactly("NULLS_LA:nulls", "LAST_P:last");
        assertThat(tokens("format json")).containsExactly("FORMAT_LA:format", "JSON:json");
    }

    @Test
    void readsNationalStringsAsATypeAndAString() throws SqlSyntaxException {
        assertThat(tokens("N'a'")).containsExactly("NCHAR:N", "SCONST:a");
        assertThat(tokens("u & 'a'")).containsExactly("IDENT:u", "Op:&", "SCONST:a");
    }

    @Test
    void saysWhereButNeverWhatWasWritten() {
        assertThatThrownBy(() -> SqlLexer.read("select 1, 'secret"))
                .isInstanceOf(SqlSyntaxException.class)
                .hasMessageNotContaining("secret")
                .hasMessageContaining("character 11");
    }
}
