package dev.sallyport.proxy.db.catalogue;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Everything that a call, an operator or a cast could run. PostgreSQL picks one by the types of the
 * arguments, which are not known here: so it is harmless only when all of them are.
 *
 * @param isKnown false when nothing has that name, which is not the same as running nothing
 * @param functions what could be called
 * @param revealing types that it could convert to and that tell what exists, such as {@code
 *     pg_catalog.regclass}
 */
public record Candidates(boolean isKnown, Set<Function> functions, Set<QualifiedName> revealing) {
    static final Candidates UNKNOWN = new Candidates(false, Set.of(), Set.of());

    public Candidates {
        functions = Set.copyOf(functions);
        revealing = Set.copyOf(revealing);
    }

    Candidates and(Candidates other) {
        Set<Function> both = new LinkedHashSet<>(functions);
        both.addAll(other.functions);
        Set<QualifiedName> told = new LinkedHashSet<>(revealing);
        told.addAll(other.revealing);
        return new Candidates(isKnown || other.isKnown, both, told);
    }
}
