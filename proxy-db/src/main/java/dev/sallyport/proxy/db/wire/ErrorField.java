package dev.sallyport.proxy.db.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * The fields of ErrorResponse and NoticeResponse.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-error-fields.html">Error fields</a>
 */
public enum ErrorField {
    /** May be translated. */
    SEVERITY('S'),
    /** Never translated. */
    SEVERITY_NONLOCALIZED('V'),
    /** The SQLSTATE. */
    CODE('C'),
    MESSAGE('M'),
    DETAIL('D'),
    HINT('H'),
    POSITION('P'),
    INTERNAL_POSITION('p'),
    INTERNAL_QUERY('q'),
    WHERE('W'),
    SCHEMA('s'),
    TABLE('t'),
    COLUMN('c'),
    DATA_TYPE('d'),
    CONSTRAINT('n'),
    FILE('F'),
    LINE('L'),
    ROUTINE('R');

    private final byte code;

    ErrorField(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** Empty for a field of a later version, which the manual tells to ignore. */
    static Optional<ErrorField> of(int code) {
        return Arrays.stream(values()).filter(field -> field.code == code).findFirst();
    }
}
