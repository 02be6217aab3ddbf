package dev.sallyport.access.yaml;

import java.util.List;

/** A list of values. Its readers report each entry that does not fit and leave it out. */
public final class Sequence implements Node {
    private final List<Node> entries;
    private final Place place;
    private final Problems problems;

    Sequence(List<Node> entries, Place place, Problems problems) {
        this.entries = List.copyOf(entries);
        this.place = place;
        this.problems = problems;
    }

    /** All entries. */
    public List<Node> entries() {
        return entries;
    }

    /** The entries as texts. */
    public List<String> texts() {
        return scalars().stream().flatMap(scalar -> scalar.asText().stream()).toList();
    }

    /** The entries as single values. */
    public List<Scalar> scalars() {
        return entries.stream()
                .<Scalar>mapMulti((entry, next) -> {
                    if (entry instanceof Scalar scalar) {
                        next.accept(scalar);
                    } else {
                        entry.problem(entry.kind() + " stands in a list of values", "a value");
                    }
                })
                .toList();
    }

    /** The entries as mappings. */
    public List<Mapping> mappings() {
        return entries.stream()
                .<Mapping>mapMulti((entry, next) -> {
                    if (entry instanceof Mapping mapping) {
                        next.accept(mapping);
                    } else {
                        entry.problem(entry.kind() + " stands in a list of mappings", "a mapping");
                    }
                })
                .toList();
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public void problem(String message, String expected) {
        problems.add(place.file(), place.line(), place.column(), message, expected);
    }

    @Override
    public String kind() {
        return "a list";
    }
}
