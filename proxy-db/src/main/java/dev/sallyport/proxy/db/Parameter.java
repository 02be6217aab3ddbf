package dev.sallyport.proxy.db;

import dev.sallyport.proxy.db.value.ParameterValue;

/**
 * A parameter of an execution, as the record shows it.
 *
 * @param type OID; 0 when neither the client nor the server has named it
 */
record Parameter(long type, ParameterValue value) {
    /** For people, as it will run. */
    String shown() {
        return switch (value) {
            case ParameterValue.Null _ -> "NULL";
            case ParameterValue.Text(String text) -> "'" + text.replace("'", "''") + "'";
            case ParameterValue.Undecoded(long oid, String base64) ->
                    "(type " + oid + ", base64) " + base64;
            case ParameterValue.Large(long oid, int bytes, String sha256) ->
                    "(type " + oid + ", " + bytes + " bytes) sha256 " + sha256;
        };
    }
}
