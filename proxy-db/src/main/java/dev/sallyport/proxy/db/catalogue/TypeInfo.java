package dev.sallyport.proxy.db.catalogue;

/**
 * One data type: a row of {@code pg_type}.
 *
 * @param inner OID of what it is made of: the base type of a domain, the element of an array, the
 *     subtype of a range, the range of a multirange; 0 for none
 * @param relation OID of the relation whose rows a composite type describes, or 0. A composite type
 *     of its own has one too, which is no {@link Relation} of the catalogue
 */
public record TypeInfo(long oid, QualifiedName name, Kind kind, long inner, long relation) {
    /** {@code pg_type.typtype}, with arrays apart. */
    public enum Kind {
        BASE,
        ARRAY,
        COMPOSITE,
        DOMAIN,
        ENUM,
        PSEUDO,
        RANGE,
        MULTIRANGE;

        static Kind of(String letter) {
            return switch (letter) {
                case "b" -> BASE;
                case "a" -> ARRAY;
                case "c" -> COMPOSITE;
                case "d" -> DOMAIN;
                case "e" -> ENUM;
                case "p" -> PSEUDO;
                case "r" -> RANGE;
                case "m" -> MULTIRANGE;
                default -> throw new IllegalArgumentException("unknown kind of type");
            };
        }
    }
}
