package dev.sallyport.broker.intent;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with {@code {name}} placeholders. A name is a word or a JSON pointer; there are no other
 * braces, no escapes and no expressions, so that nothing in a value is ever read as a template.
 */
public record Template(String text) {
    private static final Pattern PLACE =
            Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.:-]*|/[^{}\\s]+)}");

    /**
     * @throws IllegalArgumentException when a brace is not part of a placeholder
     */
    public Template {
        String rest = PLACE.matcher(text).replaceAll("");
        if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            throw new IllegalArgumentException("a brace that is no {placeholder}");
        }
    }

    /** The names of all placeholders, in order. */
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        Matcher matcher = PLACE.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** The text with every placeholder replaced by what {@code valueOf} says. */
    public String render(UnaryOperator<String> valueOf) {
        return PLACE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(valueOf.apply(match.group(1))));
    }
}
