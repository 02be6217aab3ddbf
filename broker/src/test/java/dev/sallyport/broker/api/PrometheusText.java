package dev.sallyport.broker.api;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus' text format 0.0.4, read strictly: each sample belongs to a family with a type and a
 * help text, names and labels are well-formed, and no sample comes twice.
 */
final class PrometheusText {
    private static final Pattern HELP =
            Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\\S.*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)");
    private static final String LABEL =
            "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{%1$s(?:,%1$s)*})?) (\\S+)".formatted(LABEL));

    private PrometheusText() {}

    /** Every sample by its name and labels. */
    static Map<String, Double> samples(String text) {
        var helped = new TreeSet<String>();
        var typed = new TreeSet<String>();
        var samples = new HashMap<String, Double>();
        for (String line : text.split("\n")) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                helped.add(help.group(1));
            } else if (type.matches()) {
                typed.add(type.group(1));
            } else if (sample.matches()) {
                String family = sample.group(2).replaceFirst("_(bucket|count|sum|max)$", "");
                boolean isKnown = typed.contains(family) || typed.contains(sample.group(2));
                if (!isKnown) {
                    throw new AssertionError("a sample without type: " + line);
                }
                if (samples.put(sample.group(1), value(sample.group(3))) != null) {
                    throw new AssertionError("a sample twice: " + line);
                }
            } else {
                throw new AssertionError("not Prometheus' text format: " + line);
            }
        }
        if (!helped.equals(typed)) {
            throw new AssertionError("help for " + helped + ", types for " + typed);
        }
        return samples;
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }
}
