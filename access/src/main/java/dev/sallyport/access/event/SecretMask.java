package dev.sallyport.access.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what is known to look like a secret by {@code [masked:KIND]}, before anything is hashed
 * or written. It is an aid, not a promise: a secret without a known shape passes. Every pattern
 * runs in linear time, as the text is hostile. Stateless.
 */
public final class SecretMask {
    /** A shape; the text before group {@code secret} is kept. */
    private record Shape(String kind, String hint, Pattern pattern) {}

    /** A value in an argument, a URL's query or an assignment: quoted, or up to a separator. */
    private static final String VALUE = "(?<secret>\"[^\"\\n]++\"|'[^'\\n]++'|[^\\s\"'&;,|<>]++)";

    private static final List<Shape> SHAPES =
            List.of(
                    shape(
                            "private-key",
                            "PRIVATE KEY",
                            "(?<secret>-----BEGIN [A-Z0-9 ]{0,40}+(?<=PRIVATE KEY)(?:"
                                    + " BLOCK)?-----(?:[^-]|-(?!----END ))*+(?:-----END [A-Z0-9"
                                    + " ]{0,60}+-----)?)"),
                    shape(
                            "bearer",
                            "uthorization",
                            "(?i:(?:proxy-)?authorization)[\"']?\\s{0,8}+[:=]\\s{0,8}+[\"']?"
                                    + "(?i:(?:bearer|basic|token|digest|negotiate|apikey)\\s++)?"
                                    + "(?<secret>[^\\s\"',;]++)"),
                    shape(
                            "bearer",
                            "earer",
                            "(?i:\\bbearer)\\s{1,8}+(?<secret>[A-Za-z0-9._~+/=-]{8,}+)"),
                    shape(
                            "jwt",
                            "eyJ",
                            "(?<![A-Za-z0-9_-])(?<secret>eyJ[A-Za-z0-9_-]{4,}+\\.[A-Za-z0-9_-]{4,}+"
                                    + "(?:\\.[A-Za-z0-9_-]*+){1,3}+)"),
                    shape(
                            "grant",
                            "spg1.",
                            "(?<![A-Za-z0-9_-])(?<secret>spg1\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++)"),
                    shape(
                            "aws-key",
                            "",
                            "(?<![A-Za-z0-9])(?<secret>(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})(?![A-Za-z0-9])"),
                    shape(
                            "token",
                            "_",
                            "(?<![A-Za-z0-9])(?<secret>(?:gh[pousr]_[A-Za-z0-9]{20,}+"
                                    + "|github_pat_[A-Za-z0-9_]{20,}+|sk_live_[A-Za-z0-9]{16,}+))"),
                    shape(
                            "token",
                            "-",
                            "(?<![A-Za-z0-9])(?<secret>(?:glpat-[A-Za-z0-9_-]{16,}+"
                                    + "|xox[abeprs]-[A-Za-z0-9-]{10,}+|sk-[A-Za-z0-9_-]{20,}+))"),
                    shape(
                            "password",
                            "://",
                            "://[^\\s/:@\"']{0,128}+:(?<secret>[^\\s/@\"']{1,256}+)(?=@)"),
                    shape(
                            "password",
                            "",
                            "(?i:(?:password|passwd|passphrase|pwd|secret|secret[_-]?access[_-]?key"
                                + "|session[_-]?token|access[_-]?token|api[_-]?key|client[_-]?secret"
                                + "|private[_-]?key|token))[\"']?\\s{0,4}+[=:]\\s{0,4}+"
                                    + VALUE),
                    shape(
                            "password",
                            "--",
                            "--(?i:password|passwd|passphrase|secret|token|api-key|client-secret)\\s{1,8}+"
                                + "(?!-)"
                                    + VALUE));

    private SecretMask() {}

    /** {@code text} without the secrets that could be recognised. */
    public static String mask(String text) {
        String masked = text;
        for (Shape shape : SHAPES) {
            if (masked.contains(shape.hint())) {
                masked = mask(masked, shape);
            }
        }
        return masked;
    }

    /** A field's value, with the texts in it masked at any depth. */
    static Object masked(Object value) {
        return switch (value) {
            case String text -> mask(text);
            case List<?> list -> words(list);
            case Map<?, ?> map -> {
                var masked = new LinkedHashMap<Object, Object>();
                map.forEach((name, each) -> masked.put(name, masked(each)));
                yield masked;
            }
            default -> value;
        };
    }

    /** A word is read with the option before it, because {@code --password x} are two words. */
    private static List<Object> words(List<?> list) {
        var masked = new ArrayList<Object>(list.size());
        String before = "";
        for (Object each : list) {
            Object own = masked(each);
            String word = each instanceof String text ? text : "";
            boolean secret = before.startsWith("-") && !mask(before + " " + word).endsWith(word);
            masked.add(secret && own.equals(each) ? "[masked:password]" : own);
            before = word;
        }
        return masked;
    }

    private static String mask(String text, Shape shape) {
        Matcher matcher = shape.pattern().matcher(text);
        if (!matcher.find()) {
            return text;
        }
        var out = new StringBuilder(text.length());
        int end = 0;
        do {
            String secret = matcher.group("secret");
            if (!secret.startsWith("[masked:")) {
                out.append(text, end, matcher.start("secret"));
                out.append("[masked:").append(shape.kind()).append(']');
                end = matcher.end("secret");
            }
        } while (matcher.find());
        return out.append(text, end, text.length()).toString();
    }

    private static Shape shape(String kind, String hint, String pattern) {
        return new Shape(kind, hint, Pattern.compile(pattern));
    }
}
