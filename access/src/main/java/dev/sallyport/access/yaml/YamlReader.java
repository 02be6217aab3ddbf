package dev.sallyport.access.yaml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds nodes from the parser's events, which still show tags and aliases; the composer has
 * already resolved them. Reads one text once.
 */
final class YamlReader {
    /** Deeper than any file of ours; shallower than any stack. */
    private static final int MAX_DEPTH = 32;

    private final String file;
    private final Problems problems;

    YamlReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** All documents; none when the text cannot be parsed, which is then reported. */
    List<Node> read(String text) {
        var settings =
                LoadSettings.builder()
                        .setLabel(file)
                        .setUseMarks(true)
                        .setCodePointLimit(YamlFile.MAX_BYTES)
                        .build();
        var documents = new ArrayList<Node>();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            while (events.hasNext()) {
                Event event = events.next();
                switch (event.getEventId()) {
                    case Scalar, SequenceStart, MappingStart, Alias ->
                            documents.add(node(event, events, 1));
                    case StreamStart,
                            StreamEnd,
                            DocumentStart,
                            DocumentEnd,
                            Comment,
                            SequenceEnd,
                            MappingEnd -> {
                        // Nothing of these belongs to a value.
                    }
                }
            }
        } catch (TooDeepException tooDeep) {
            report(tooDeep.place, "too many levels", "at most " + MAX_DEPTH + " levels");
            return List.of();
        } catch (MarkedYamlEngineException malformed) {
            report(place(malformed.getProblemMark()), problem(malformed), "well-formed YAML");
            return List.of();
        } catch (YamlEngineException malformed) {
            report(new Place(file, 1, 1), "the text is not YAML", "printable characters only");
            return List.of();
        }
        return documents.isEmpty() ? empty() : documents;
    }

    private List<Node> empty() {
        report(new Place(file, 1, 1), "the file is empty", "at least one key");
        return List.of();
    }

    private Node node(Event event, Iterator<Event> events, int depth) {
        Place place = place(event.getStartMark());
        if (depth > MAX_DEPTH) {
            throw new TooDeepException(place);
        }
        refuseExtras(event, place);
        return switch (event) {
            case ScalarEvent scalar ->
                    new Scalar(scalar.getValue(), scalar.isPlain(), place, problems);
            case SequenceStartEvent start -> sequence(place, events, depth);
            case MappingStartEvent start -> mapping(place, events, depth);
            default -> new Scalar("", false, place, problems);
        };
    }

    private Sequence sequence(Place place, Iterator<Event> events, int depth) {
        var entries = new ArrayList<Node>();
        for (Event event = events.next();
                event.getEventId() != Event.ID.SequenceEnd;
                event = events.next()) {
            entries.add(node(event, events, depth + 1));
        }
        return new Sequence(entries, place, problems);
    }

    private Mapping mapping(Place place, Iterator<Event> events, int depth) {
        var entries = new LinkedHashMap<String, Node>();
        var places = new LinkedHashMap<String, Place>();
        for (Event event = events.next();
                event.getEventId() != Event.ID.MappingEnd;
                event = events.next()) {
            Node key = node(event, events, depth + 1);
            Node value = node(events.next(), events, depth + 1);
            if (!(key instanceof Scalar scalar)) {
                key.problem(key.kind() + " stands as a key", "text");
            } else if (scalar.isPlain() && scalar.text().equals("<<")) {
                key.problem("merge keys are not allowed", "the keys written out");
            } else if (scalar.isNull()) {
                key.problem("the key is empty", "text");
            } else if (entries.containsKey(scalar.text())) {
                key.problem(
                        "the key " + Spelling.quoted(scalar.text()) + " is there twice",
                        "it once; it also stands in line "
                                + places.getOrDefault(scalar.text(), place).line());
            } else {
                entries.put(scalar.text(), value);
                places.put(scalar.text(), key.place());
            }
        }
        return new Mapping(entries, places, place, problems);
    }

    private void refuseExtras(Event event, Place place) {
        if (event instanceof AliasEvent) {
            report(place, "aliases are not allowed", "the value written out");
        } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            report(place, "anchors are not allowed", "the value without one");
        }
        if (tag(event).isPresent()) {
            report(place, "tags are not allowed", "the value without one");
        }
    }

    private static Optional<String> tag(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case SequenceStartEvent sequence -> sequence.getTag();
            case MappingStartEvent mapping -> mapping.getTag();
            default -> Optional.empty();
        };
    }

    private static String problem(MarkedYamlEngineException malformed) {
        String problem = malformed.getProblem();
        return problem == null
                ? "the text is not YAML"
                : "syntax: "
                        + problem.strip().replaceAll("\\p{Cntrl}+", " ").toLowerCase(Locale.ROOT);
    }

    private void report(Place place, String message, String expected) {
        problems.add(place.file(), place.line(), place.column(), message, expected);
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(at -> new Place(file, at.getLine() + 1, at.getColumn() + 1))
                .orElse(new Place(file, 1, 1));
    }

    /** Leaves the recursion; it never leaves this class. */
    private static final class TooDeepException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Place place;

        TooDeepException(Place place) {
            super("too deep");
            this.place = place;
        }
    }
}
