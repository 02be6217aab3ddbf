package dev.sallyport.proxy.db.catalogue;

import java.util.List;

/** What a name of a relation means. Only {@link Found} may be acted upon. */
public sealed interface RelationAnswer {
    /** It means exactly this. */
    record Found(Relation relation) implements RelationAnswer {}

    /**
     * Nothing of that name was there when the catalogue was read. It may be new ({@link
     * CatalogueSource#newerThan}), temporary or made by the open transaction.
     */
    record Unknown() implements RelationAnswer {}

    /**
     * A bare name that several schemas of the search path hold. PostgreSQL leaves out schemas that
     * the role may not use, so which one it takes cannot be told from here; a qualified name can.
     */
    record Ambiguous(List<QualifiedName> names) implements RelationAnswer {
        public Ambiguous {
            names = List.copyOf(names);
        }
    }
}
