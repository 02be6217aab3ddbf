package dev.sallyport.proxy.db.value;

import dev.sallyport.proxy.db.catalogue.Catalogue;
import dev.sallyport.proxy.db.catalogue.TypeInfo;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Binary values as text, by the formats of PostgreSQL's {@code send} functions. Only what is listed
 * here is decoded; {@code refcursor} and {@code money} are not.
 */
final class BinaryText {
    /** Of an array of rows of arrays; deeper is nobody's parameter. */
    private static final int MAX_DEPTH = 8;

    private final Catalogue catalogue;

    BinaryText(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    String text(long type, byte[] value) throws UndecodableException {
        return text(type, value, MAX_DEPTH);
    }

    String text(long type, byte[] value, int depth) throws UndecodableException {
        Optional<TypeInfo> found = catalogue.type(type);
        if (found.isEmpty() || depth == 0) {
            throw new UndecodableException();
        }
        TypeInfo info = found.get();
        var nested = new NestedText(this, depth - 1);
        return switch (info.kind()) {
            case BASE -> base(info, value);
            case ENUM -> ParameterText.utf8(value);
            case DOMAIN -> text(info.inner(), value, depth - 1);
            case ARRAY -> nested.array(info.inner(), new Bytes(value));
            case RANGE -> nested.range(info.inner(), new Bytes(value));
            case MULTIRANGE -> nested.multirange(rangeSubtype(info), new Bytes(value));
            case COMPOSITE -> nested.row(new Bytes(value));
            case PSEUDO -> throw new UndecodableException();
        };
    }

    private long rangeSubtype(TypeInfo multirange) throws UndecodableException {
        return catalogue
                .type(multirange.inner())
                .map(TypeInfo::inner)
                .orElseThrow(UndecodableException::new);
    }

    private static String base(TypeInfo type, byte[] value) throws UndecodableException {
        if (!type.name().schema().equals("pg_catalog")) {
            // Only a superuser can make a base type, and none makes another citext.
            Bytes.require(type.name().name().equals("citext"));
            return ParameterText.utf8(value);
        }
        Bytes bytes = new Bytes(value);
        String text =
                switch (type.name().name()) {
                    case "text", "varchar", "bpchar", "name", "json", "xml" ->
                            ParameterText.utf8(bytes.rest());
                    case "jsonb", "jsonpath" -> versioned(bytes);
                    case "bool" -> bytes.int1() == 0 ? "f" : "t";
                    case "char" -> character(bytes.int1());
                    case "int2" -> Short.toString(bytes.int2());
                    case "int4" -> Integer.toString(bytes.int4());
                    case "int8" -> Long.toString(bytes.int8());
                    case "oid", "xid", "cid" -> Long.toString(bytes.unsigned4());
                    case "xid8" -> Long.toUnsignedString(bytes.int8());
                    case "pg_lsn" -> "%X/%X".formatted(bytes.unsigned4(), bytes.unsigned4());
                    case "float4" -> FloatText.of(Float.intBitsToFloat(bytes.int4()));
                    case "float8" -> FloatText.of(Double.longBitsToDouble(bytes.int8()));
                    case "numeric" -> NumericText.of(bytes);
                    case "bytea" -> "\\x" + HexFormat.of().formatHex(bytes.rest());
                    case "uuid" -> uuid(HexFormat.of().formatHex(bytes.take(16)));
                    case "bit", "varbit" -> bits(bytes);
                    case "date" -> TimeText.date(bytes.int4());
                    case "time" -> TimeText.time(bytes.int8());
                    case "timetz" -> TimeText.zonedTime(bytes.int8(), bytes.int4());
                    case "timestamp" -> TimeText.timestamp(bytes.int8(), "");
                    case "timestamptz" -> TimeText.timestamp(bytes.int8(), "+00");
                    case "interval" -> IntervalText.of(bytes.int8(), bytes.int4(), bytes.int4());
                    case "inet", "cidr" -> NetworkText.address(bytes);
                    case "macaddr" -> NetworkText.hardware(bytes.take(6));
                    case "macaddr8" -> NetworkText.hardware(bytes.take(8));
                    default -> throw new UndecodableException();
                };
        bytes.end();
        return text;
    }

    private static String versioned(Bytes bytes) throws UndecodableException {
        Bytes.require(bytes.int1() == 1);
        return ParameterText.utf8(bytes.rest());
    }

    /** As {@code charout}: zero is nothing, and what is not ASCII is written in octal. */
    private static String character(int value) {
        if (value > 0x7f) {
            return "\\%03o".formatted(value);
        }
        return value == 0 ? "" : String.valueOf((char) value);
    }

    private static String uuid(String hex) {
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }

    private static String bits(Bytes bytes) throws UndecodableException {
        int length = bytes.int4();
        byte[] value = bytes.rest();
        Bytes.require(length >= 0 && (length + 7L) / 8 == value.length);
        StringBuilder text = new StringBuilder(length);
        for (int bit = 0; bit < length; bit++) {
            text.append((value[bit / 8] >> 7 - bit % 8 & 1) == 0 ? '0' : '1');
        }
        return text.toString();
    }
}
