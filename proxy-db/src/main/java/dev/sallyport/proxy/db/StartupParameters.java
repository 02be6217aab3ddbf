package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.wire.StartupPacket.StartupMessage;
import dev.sallyport.proxy.db.wire.StartupParameter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a client asks for at the start, normalised before anybody judges it: the last of repeated
 * parameters counts, {@code options} is taken apart as the server would, and only what changes how
 * values look goes on to the server.
 *
 * @param user as claimed
 * @param database as claimed; the user's name when it is absent or empty, as at the server
 * @param settings lower-case names to values
 */
record StartupParameters(String user, String database, Map<String, String> settings) {
    /** What only changes how values look or how long the agent waits. */
    private static final Set<String> ALLOWED =
            Set.of(
                    "application_name",
                    "bytea_output",
                    "client_min_messages",
                    "datestyle",
                    "extra_float_digits",
                    "geqo",
                    "idle_in_transaction_session_timeout",
                    "intervalstyle",
                    "lock_timeout",
                    "statement_timeout",
                    "timezone");

    private static final Set<String> UTF8 = Set.of("utf8", "utf-8", "unicode");

    StartupParameters {
        settings = Map.copyOf(settings);
    }

    /** What came out. */
    sealed interface Reading {
        /** It can be served. */
        record Good(StartupParameters parameters) implements Reading {}

        /** It asks for something that nobody gets; {@code reason} names the parameter only. */
        record Refused(String reason) implements Reading {}
    }

    static Reading read(StartupMessage startup) {
        var settings = new LinkedHashMap<String, String>();
        String user = "";
        String database = "";
        String refused = "";
        for (StartupParameter parameter : startup.parameters()) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            switch (name) {
                case "user" -> user = parameter.value();
                case "database" -> database = parameter.value();
                case "options" -> refused = options(parameter.value(), settings, refused);
                case "replication" -> refused = replication(parameter.value(), refused);
                default -> {
                    if (!name.startsWith("_pq_.")) {
                        refused = set(name, parameter.value(), settings, refused);
                    }
                }
            }
        }
        if (user.isEmpty()) {
            return new Reading.Refused("no user is named");
        }
        return refused.isEmpty()
                ? new Reading.Good(
                        new StartupParameters(user, database.isEmpty() ? user : database, settings))
                : new Reading.Refused(refused);
    }

    private static String replication(String value, String refused) {
        boolean wanted =
                !Set.of("false", "off", "no", "0").contains(value.toLowerCase(Locale.ROOT));
        return wanted ? "replication is not given to agents" : refused;
    }

    private static String set(
            String name, String value, Map<String, String> settings, String refused) {
        if (name.equals("client_encoding")) {
            String encoding = value.toLowerCase(Locale.ROOT).replace("'", "");
            return UTF8.contains(encoding) ? refused : "client_encoding must be UTF8";
        }
        if (!ALLOWED.contains(name)) {
            return "a parameter is set by the proxy and cannot be chosen";
        }
        settings.put(name, value);
        return refused;
    }

    /**
     * {@code options} as the server splits it: words end at white space, a backslash takes the next
     * character as it is; {@code -c name=value} and {@code --name=value} are all that is known
     * here.
     *
     * @see <a href="https://www.postgresql.org/docs/18/libpq-connect.html">options</a>
     */
    private static String options(String text, Map<String, String> settings, String refused) {
        String wrong = refused;
        boolean wantsSetting = false;
        for (String word : words(text)) {
            String setting;
            if (wantsSetting) {
                setting = word;
                wantsSetting = false;
            } else if (word.equals("-c")) {
                wantsSetting = true;
                continue;
            } else if (word.startsWith("-c")) {
                setting = word.substring(2);
            } else if (word.startsWith("--")) {
                setting = word.substring(2);
            } else {
                return "options may only set parameters";
            }
            int equals = setting.indexOf('=');
            if (equals < 1) {
                return "options may only set parameters";
            }
            String name = setting.substring(0, equals).toLowerCase(Locale.ROOT).replace('-', '_');
            wrong = set(name, setting.substring(equals + 1), settings, wrong);
        }
        return wantsSetting ? "options may only set parameters" : wrong;
    }

    private static Iterable<String> words(String text) {
        var words = new java.util.ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = c == '\\' && i + 1 < text.length();
            if (escaped) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
