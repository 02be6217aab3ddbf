package dev.sallyport.proxy.db.wire;

/**
 * One column of a RowDescription.
 *
 * @param tableOid of the table it comes from, 0 where it is no column of a table
 * @param attributeNumber in that table, 0 where it is no column of a table, negative for system
 *     columns
 * @param typeOid of its type
 * @param typeSize in bytes; negative for variable lengths
 * @param typeModifier as the type defines it; −1 for none
 * @param format of its values; {@link Format#TEXT} in the answer to a Describe of a statement,
 *     where it is not known yet
 */
public record Column(
        String name,
        long tableOid,
        int attributeNumber,
        long typeOid,
        int typeSize,
        int typeModifier,
        Format format) {}
