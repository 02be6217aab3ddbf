package dev.sallyport.proxy.db.wire;

/** Where the server stands at ReadyForQuery. */
public enum TransactionStatus {
    /** Not in a transaction block. */
    IDLE('I'),
    /** In a transaction block. */
    IN_TRANSACTION('T'),
    /** In a failed transaction block: all but its end is rejected. */
    FAILED('E');

    private final byte code;

    TransactionStatus(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static TransactionStatus read(MessageReader reader) {
        int code = reader.int8("the status");
        for (TransactionStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        throw reader.violation("has an unknown transaction status");
    }
}
