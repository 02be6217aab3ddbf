package dev.sallyport.proxy.db;

import dev.sallyport.access.Refusal;
import dev.sallyport.access.act.DbAct;
import dev.sallyport.access.act.DbOperation;
import dev.sallyport.access.gate.Session;
import dev.sallyport.proxy.db.catalogue.CatalogueAnswer;
import dev.sallyport.proxy.db.catalogue.CatalogueSource;
import dev.sallyport.proxy.db.catalogue.Function;
import dev.sallyport.proxy.db.catalogue.HarmlessFunctions;
import dev.sallyport.proxy.db.sql.SqlParser;
import dev.sallyport.proxy.db.sql.SqlSyntaxException;
import dev.sallyport.proxy.db.sql.Statement;
import dev.sallyport.proxy.db.value.ParameterText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads texts as what they want: PostgreSQL's own grammar says what a statement is, and the
 * target's catalogue what its names mean. What cannot be read is an act that nobody may do. One for
 * each target; thread-safe; nothing in it blocks.
 */
final class DbActs {
    /** Longer texts are rare and large to remember. */
    private static final int MAX_REMEMBERED = 16 * 1024;

    private static final int REMEMBERED = 2048;

    private final CatalogueSource source;
    private final HarmlessFunctions harmless;
    private final int maxLength;
    private final boolean hasClasses;

    // Both guarded by this.
    private final Map<String, Reading> remembered;
    private CatalogueAnswer.Ready rememberedFor;

    private volatile ParameterText parameterText;

    DbActs(
            CatalogueSource source,
            CatalogueAnswer.Ready first,
            HarmlessFunctions harmless,
            int maxLength,
            boolean hasClasses) {
        this.source = source;
        this.rememberedFor = first;
        this.parameterText = new ParameterText(first.catalogue());
        this.harmless = harmless;
        this.maxLength = maxLength;
        this.hasClasses = hasClasses;
        this.remembered =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
                        return size() > REMEMBERED;
                    }
                };
    }

    /** What a text means. */
    sealed interface Reading {
        /** These statements, in their order. */
        record Understood(List<Plan> plans) implements Reading {
            public Understood {
                plans = List.copyOf(plans);
            }
        }

        /** Nobody may run it. */
        record Unreadable(DbAct act) implements Reading {}

        /** The catalogue is being read: ask again when it is there. */
        record Later(CompletableFuture<CatalogueAnswer> catalogue) implements Reading {}
    }

    /** Why an {@link Reading.Unreadable} text is refused. */
    static Refusal notUnderstood(Session session) {
        return Refusal.deny("grammar", "the statement was not understood, so nobody may run it")
                .in(session.id(), session.grant().grant().id());
    }

    /** Reads one text. */
    Reading read(String text) {
        CompletableFuture<CatalogueAnswer> current = source.current();
        return switch (current.getNow(null)) {
            case null -> new Reading.Later(current);
            case CatalogueAnswer.Unavailable _ -> unreadable("catalogue", text);
            case CatalogueAnswer.Ready ready -> read(text, ready);
        };
    }

    private Reading read(String text, CatalogueAnswer.Ready ready) {
        if (text.length() > MAX_REMEMBERED) {
            return understand(text, ready);
        }
        synchronized (this) {
            if (rememberedFor != ready) {
                rememberedFor = ready;
                parameterText = new ParameterText(ready.catalogue());
                remembered.clear();
            }
            Reading known = remembered.get(text);
            if (known != null) {
                return known;
            }
        }
        Reading reading = understand(text, ready);
        synchronized (this) {
            if (rememberedFor == ready && !(reading instanceof Reading.Later)) {
                remembered.put(text, reading);
            }
        }
        return reading;
    }

    private Reading understand(String text, CatalogueAnswer.Ready ready) {
        try {
            var plans = new ArrayList<Plan>();
            boolean knowsAll = true;
            for (Statement statement : SqlParser.parse(text, maxLength)) {
                var reading = new StatementReading(statement, ready, harmless);
                plans.add(reading.plan());
                knowsAll &= reading.knowsAllNames();
            }
            if (!knowsAll) {
                CompletableFuture<CatalogueAnswer> newer = source.newerThan(ready.catalogue());
                if (!newer.isDone() || newer.getNow(ready) != ready) {
                    return new Reading.Later(newer);
                }
            }
            return new Reading.Understood(plans);
        } catch (SqlSyntaxException e) {
            return unreadable(e.reason().name().toLowerCase(java.util.Locale.ROOT), text);
        }
    }

    private static Reading unreadable(String what, String text) {
        return new Reading.Unreadable(new DbAct.Unknown(what, text));
    }

    /** A call of a function by its OID, without SQL. */
    Plan call(long oid) {
        Optional<Function> function =
                source.current().getNow(null) instanceof CatalogueAnswer.Ready ready
                        ? ready.catalogue().function(oid)
                        : Optional.empty();
        String shown =
                "FunctionCall " + function.map(each -> each.name().text()).orElse("oid " + oid);
        DbAct act =
                function.map(each ->
                                harmless.isHarmless(each)
                                        ? select(shown)
                                        : new DbAct.Functions(List.of(each.name().text()), shown))
                        .orElse(new DbAct.Unknown("function", shown));
        return new Plan(shown, "", new Effect.None(), List.of(act), false);
    }

    private static DbAct select(String shown) {
        return new DbAct.Statement(DbOperation.SELECT, List.of(), List.of(), shown);
    }

    /** Reads parameters by the types of the newest catalogue. */
    ParameterText parameterText() {
        return parameterText;
    }

    /** True when the column is classified by the newest catalogue; unknown ones are not. */
    boolean isClassified(long table, int column) {
        return hasClasses
                && source.current().getNow(null) instanceof CatalogueAnswer.Ready ready
                && !ready.classes().of(table, column).isEmpty();
    }

    /** True when this target has classified columns at all. */
    boolean hasClasses() {
        return hasClasses;
    }

    /** A statement that defines objects went through. */
    void catalogueChanged() {
        source.changed();
    }
}
