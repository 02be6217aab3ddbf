package dev.sallyport.proxy.db.value;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Literals of many types: the edges by hand, the space between by dice with a fixed seed. */
final class ValueSweep {
    private static final int MANY = 1_000;

    private final Random random = new Random(20_261_125);
    private final Map<String, List<String>> literals = new LinkedHashMap<>();

    /** Types of the test's own schema, made by {@link #SCHEMA}. */
    static final String SCHEMA =
            """
            CREATE EXTENSION citext;
            CREATE TYPE mood AS ENUM ('sad', 'very glad', 'é,"x"');
            CREATE DOMAIN positive AS int CHECK (value > 0);
            CREATE DOMAIN numbers AS int[];
            CREATE TYPE pair AS (id int, name text);
            CREATE TYPE nest AS (head pair, tail pair[], at timestamptz);
            CREATE TYPE words AS RANGE (subtype = text, multirange_type_name = many_words);
            """;

    /** By type, in PostgreSQL's spelling. */
    Map<String, List<String>> literals() {
        numbers();
        texts();
        times();
        others();
        nested();
        return literals;
    }

    private void put(String type, String... values) {
        literals.computeIfAbsent(type, key -> new ArrayList<>()).addAll(List.of(values));
    }

    private void many(String type, int count, Supplier<String> dice) {
        Stream.generate(dice).limit(count).forEach(value -> put(type, value));
    }

    private void numbers() {
        put("bool", "t", "f");
        put("int2", "0", "-1", "32767", "-32768");
        put("int4", "0", "-1", "2147483647", "-2147483648");
        put("int8", "0", "-1", "9223372036854775807", "-9223372036854775808");
        many("int8", MANY, () -> Long.toString(random.nextLong()));
        put("oid", "0", "4294967295");
        put("xid", "0", "4294967295");
        put("xid8", "0", "18446744073709551615");
        put("pg_lsn", "0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF");
        for (String type : List.of("float4", "float8")) {
            put(type, "NaN", "Infinity", "-Infinity", "0", "-0", "1", "-1", "0.1", "1e15", "1e14");
            put(type, "123456", "1234567", "999999", "1e6", "1e5", "0.0001", "0.00001", "1.5e-5");
            put(type, "123456789012345", "1234567890123456", "1e16", "1e20", "3.4e38");
        }
        put("float8", "5e-324", "4.9e-324", "1.7976931348623157e308", "2e-323", "9e-324");
        put("float4", "1e-45", "1.4e-45", "3.4028235e38", "2.8e-45", "1.17549435e-38", "8.5e-44");
        many("float8", MANY, this::anyDouble);
        many("float4", MANY, this::anyFloat);
        put("numeric", "NaN", "Infinity", "-Infinity", "0", "-0", "0.000", "1", "-1", "10000");
        put("numeric", "9999", "99990000", "0.0001", "0.00001", "123456789.000100", "1e-200");
        put("numeric", "1e500", "-1e-16000", "1e100000", "0.1234567890123456789", "1e4", "1e3");
        many("numeric", MANY, this::anyNumeric);
    }

    private String anyDouble() {
        double value = Double.longBitsToDouble(random.nextLong());
        return random.nextBoolean()
                ? Double.toString(value)
                : Double.toString(random.nextGaussian());
    }

    private String anyFloat() {
        return Float.toString(Float.intBitsToFloat(random.nextInt()));
    }

    private String anyNumeric() {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
        random.ints(1 + random.nextInt(30), 0, 10).forEach(text::append);
        if (random.nextBoolean()) {
            text.append('.');
            random.ints(1 + random.nextInt(30), 0, 10).forEach(text::append);
        }
        return text.toString();
    }

    private void texts() {
        for (String type : List.of("text", "varchar", "name", "citext")) {
            put(type, "", "plain", "é \u20ac \ud83d\ude00", "NULL", "a\nb\tc", "it's \"x\" \\ {}");
        }
        put("char(7)", "", "abc", "  é");
        put("\"char\"", "", "a", "\\", "\\377");
        put("json", "{\"a\": [1, 2.50, null]}", "  1  ");
        put("jsonb", "{\"b\": 1, \"a\": [1, 2.50, null, \"\\u00e9\"]}", "1e2", "\"x\"");
        put("jsonpath", "$.a[*] ? (@.b > 1)");
        put("xml", "<a>é</a>", "text");
        put("mood", "sad", "very glad", "é,\"x\"");
        put("positive", "1", "2147483647");
    }

    private void times() {
        put("date", "2000-01-01", "1999-12-31", "infinity", "-infinity", "0001-01-01");
        put("date", "0001-12-31 BC", "4714-11-24 BC", "5874897-12-31", "10000-01-01", "2024-02-29");
        many("date", MANY, () -> "%04d-02-28".formatted(1 + random.nextInt(9999)));
        put("time", "00:00", "24:00", "23:59:59.999999", "01:02:03.1", "12:00:00.000001");
        put("timetz", "00:00+00", "24:00-12", "01:02:03.5+05:30", "01:02:03-15:59:59");
        put("timetz", "01:02:03+00:00:01", "12:00-00:30");
        for (String type : List.of("timestamp", "timestamptz")) {
            put(type, "infinity", "-infinity", "2000-01-01", "1999-12-31 23:59:59.999999");
            put(type, "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999", "0001-01-01");
            put(type, "0001-12-31 12:00:00.5 BC", "2026-11-25 08:48:07.12");
            many(type, MANY, this::anyTimestamp);
        }
        put("interval", "0", "1 year", "-1 year", "14 mons", "-14 mons", "1 day", "-3 days");
        put("interval", "1 year -2 mons 3 days -04:05:06.7", "-1 mon 1 day", "-1 day 1 second");
        put("interval", "300 hours", "-00:00:00.000001", "1 mon -1 day 00:00:01", "1.5 seconds");
        put("interval", "178956970 years 7 mons", "2562047788:00:54.775807", "2147483647 days");
        put("interval", "-2562047788:00:54.775807");
        many("interval", MANY, this::anyInterval);
    }

    private String anyTimestamp() {
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d.%06d",
                1 + random.nextInt(9999),
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                random.nextBoolean() ? 0 : random.nextInt(1_000_000));
    }

    private String anyInterval() {
        return "%d mons %d days %d microseconds"
                .formatted(
                        random.nextInt(100) - 50, random.nextInt(100) - 50, random.nextInt() >> 3);
    }

    private void others() {
        put("uuid", "00000000-0000-0000-0000-000000000000", "0190163d-8694-739b-aea5-966c26f8ad91");
        put("bytea", "", "\\x00ff10", "abc");
        put("bit(5)", "10110");
        put("varbit", "", "1", "10110011", "101100111");
        put(
                "inet",
                "1.2.3.4",
                "10.0.0.0/8",
                "0.0.0.0/0",
                "::",
                "::1",
                "::1/64",
                "::2",
                "::1.2.3.4");
        put("inet", "::ffff:1.2.3.4", "::ffff:0:1.2.3.4", "1::", "1:0:0:2::3", "1:0:0:2:0:0:0:3");
        put("inet", "2001:db8::ff00:42:8329/48", "1:2:3:4:5:6:7:8", "1:0:3:4:5:6:7:8", "0:0:1::");
        put("inet", "::1:0:0", "::ffff", "::ffff:0:0", "1:2:3:4:5:6::", "::3:4:5:6:7:8");
        many("inet", MANY, this::anyAddress);
        put("cidr", "10/8", "1.2.3.4", "::/0", "2001:db8::/32", "::ffff:1.2.3.4/128");
        put("macaddr", "08:00:2b:01:02:03");
        put("macaddr8", "08:00:2b:01:02:03:04:05");
    }

    /** Half of the groups are zero, so that runs of them compete. */
    private String anyAddress() {
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < 8; group++) {
            int value = random.nextBoolean() ? 0 : random.nextInt(0x10000);
            text.append(group == 0 ? "" : ":").append(Integer.toHexString(value));
        }
        return text.append('/').append(random.nextInt(129)).toString();
    }

    private void nested() {
        put("int4[]", "{}", "{1,NULL,-3}", "[2:3]={1,2}", "[-1:0][5:5]={{1},{2}}");
        put("int4[]", "{{1,2},{3,4}}", "{{{1},{2}},{{3},{4}}}", "[0:0]={7}");
        put("text[]", "{\"\",\"a b\",\"null\",NULL,\"\\\"q\\\"\",\"\\\\\",\"{x}\",\"a,b\",é}");
        put("text[]", "{\"tab\t\",\"line\n\",\"nbsp\u00a0\",\";\",\"'\"}");
        put("numeric[]", "{1.10,NaN,-0.0001}");
        put("timestamptz[]", "{\"2026-11-25 08:48:07+00\",infinity}");
        put("bool[]", "{t,f,NULL}");
        put("bytea[]", "{\"\\\\x00ff\",\"\"}");
        put("jsonb[]", "{\"{\\\"a\\\": 1}\",\"null\"}");
        put("mood[]", "{sad,\"very glad\"}");
        put("citext[]", "{A,b}");
        put("positive[]", "{1,2}");
        put("numbers", "{1,2}", "{}");
        put("int4range", "empty", "[1,5)", "(,)", "[,3)", "[7,]");
        put("int8range", "[1,9223372036854775807)");
        put("numrange", "[1.10,2.20]", "(1,2)", "(,5]");
        put("daterange", "[2026-01-01,2026-02-01)", "[2026-01-01,infinity)");
        put("tsrange", "[2026-01-01 10:00,2026-01-01 12:00]", "empty");
        put("tstzrange", "[2026-01-01 10:00+00,)", "(,\"2026-01-01 10:00:00+00\")");
        put("int4range[]", "{\"[1,5)\",empty}");
        put("words", "[\"\",b]", "[\"a b\",\"a,b\"]", "[\"\\\\\",\"]\"]", "[\"\\\"\",z]");
        put("int4multirange", "{}", "{[1,3),[5,7)}", "{(,1),[5,)}");
        put("many_words", "{[a,b],[c,d]}");
        put("tstzmultirange", "{[2026-01-01 10:00+00,2026-01-01 11:00+00)}");
        put("pair", "(1,a)", "(,)", "(2,\"\")", "(3,\"a,b (c) \"\"d\"\" \\\\ e\")", "(4,NULL)");
        put("pair[]", "{\"(1,a)\",NULL,\"(,\\\"x y\\\")\"}");
        put("nest", "(\"(1,a)\",\"{\"\"(2,b)\"\",NULL}\",\"2026-11-25 08:48:07+00\")", "(,,)");
    }
}
