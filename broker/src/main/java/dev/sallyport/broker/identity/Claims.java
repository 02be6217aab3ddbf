package dev.sallyport.broker.identity;

import dev.sallyport.access.Words;
import dev.sallyport.broker.intent.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The claims of a verified token, read strictly. */
final class Claims {
    /** More groups than this in one token is a misconfiguration or an attack. */
    static final int MAX_GROUPS = 200;

    /** Longest claim that may become part of a name. */
    private static final int MAX_VALUE = 256;

    /** Names under which identity providers know the same person. */
    private static final List<String> ALIASES =
            List.of(
                    "sub",
                    "email",
                    "preferred_username",
                    "upn",
                    "login",
                    "user_login",
                    "user_email",
                    "actor",
                    "run_id");

    /** The claim of the mail address, by name and by pointer. */
    private static final List<String> ADDRESS = List.of("email", "/email");

    private final Map<String, Object> claims;

    Claims(Map<String, Object> claims) {
        this.claims = claims;
    }

    /** A template over single values. */
    String one(Template template) throws ClaimException {
        List<String> all = all(template);
        for (String name : template.names()) {
            if (value(name) instanceof List<?>) {
                throw new ClaimException("claim " + name + " is a list");
            }
        }
        return all.getFirst();
    }

    /** A template in which one claim may be a list; one text for each of its elements. */
    List<String> all(Template template) throws ClaimException {
        List<Map.Entry<String, List<String>>> lists = new ArrayList<>();
        for (String name : template.names()) {
            List<String> values = texts(name);
            if (value(name) instanceof List<?>) {
                lists.add(Map.entry(name, values));
            }
        }
        if (lists.isEmpty()) {
            return List.of(template.render(this::text));
        }
        if (lists.size() > 1) {
            throw new ClaimException("two lists in one template: " + template.names());
        }
        var list = lists.getFirst();
        return list.getValue().stream()
                .map(item -> template.render(n -> n.equals(list.getKey()) ? item : text(n)))
                .toList();
    }

    /** Every other name of the person. */
    List<String> aliases() {
        return ALIASES.stream()
                .map(claims::get)
                .map(Claims::scalar)
                .flatMap(Optional::stream)
                .filter(Claims::isClean)
                .distinct()
                .toList();
    }

    private String text(String name) {
        return scalar(value(name)).orElseThrow();
    }

    private List<String> texts(String name) throws ClaimException {
        Object value = value(name);
        if (ADDRESS.contains(name) && !isAddressVerified()) {
            throw new ClaimException("claim email is not verified");
        }
        List<?> items = value instanceof List<?> list ? list : presentOrNone(value);
        if (items.isEmpty()) {
            throw new ClaimException("claim " + name + " is missing or empty");
        }
        if (items.size() > MAX_GROUPS) {
            throw new ClaimException("claim " + name + " has too many values");
        }
        var texts = new ArrayList<String>();
        for (Object item : items) {
            texts.add(
                    scalar(item)
                            .filter(Claims::isClean)
                            .orElseThrow(
                                    () -> new ClaimException("claim " + name + " is not a name")));
        }
        return texts;
    }

    /** An issuer that says anything but yes has not verified it (OpenID Connect Core 5.1). */
    private boolean isAddressVerified() {
        Object said = claims.getOrDefault("email_verified", Boolean.TRUE);
        return Boolean.TRUE.equals(said) || "true".equals(said);
    }

    private static List<Object> presentOrNone(@Nullable Object value) {
        return value == null || value.equals("") ? List.of() : List.of(value);
    }

    private @Nullable Object value(String name) {
        if (!name.startsWith("/")) {
            return claims.get(name);
        }
        Object here = claims;
        for (String step : name.substring(1).split("/", -1)) {
            String key = step.replace("~1", "/").replace("~0", "~");
            here = here instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return here;
    }

    private static Optional<String> scalar(@Nullable Object value) {
        return value instanceof String || value instanceof Long || value instanceof Integer
                ? Optional.of(value.toString())
                : Optional.empty();
    }

    /** No controls, no invisible characters: a name must look like what it is. */
    private static boolean isClean(String text) {
        return !text.isBlank()
                && text.length() <= MAX_VALUE
                && text.codePoints().allMatch(Words::isVisible);
    }
}
