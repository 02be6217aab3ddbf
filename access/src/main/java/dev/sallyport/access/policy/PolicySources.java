package dev.sallyport.access.policy;

import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A policy directory that was read without a problem. */
record PolicySources(
        List<CedarText> files,
        Schema schema,
        PolicySet policies,
        Map<String, Map<String, String>> annotations) {

    /** Nothing at all, which permits nothing. */
    static PolicySources none() {
        return new PolicySources(List.of(), new Schema(""), new PolicySet(), Map.of());
    }

    /** Lower-case hex SHA-256 over the names, lengths and contents of the files. */
    String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (CedarText file : files) {
                byte[] content = file.text().getBytes(StandardCharsets.UTF_8);
                String header = Path.of(file.name()).getFileName() + "\n" + content.length + "\n";
                digest.update(header.getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
