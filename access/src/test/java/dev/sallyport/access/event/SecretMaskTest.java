package dev.sallyport.access.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.access.fake.Attack;
import dev.sallyport.access.port.CastHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "curl -H 'Authorization: Bearer abc.def-123' x | curl -H 'Authorization: Bearer"
                        + " [masked:bearer]' x",
                "Authorization: Basic dXNlcjpwYXNz | Authorization: Basic [masked:bearer]",
                "authorization=token t0ken | authorization=token [masked:bearer]",
                "use bearer abcdefghij please | use bearer [masked:bearer] please",
                "t eyJhbGciOiJI.eyJzdWIiOi.c2ln end | t [masked:jwt] end",
                "x spg1.eyJpZCI6.AAAA_-9 y | x [masked:grant] y",
                "AKIAIOSFODNN7EXAMPLE | [masked:aws-key]",
                "export K=ASIAIOSFODNN7EXAMPLE; ls | export K=[masked:aws-key]; ls",
                "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG | aws_secret_access_key ="
                        + " [masked:password]",
                "https://ann:s3cret@host/x | https://ann:[masked:password]@host/x",
                "https://h/?password=s3cret&x=1 | https://h/?password=[masked:password]&x=1",
                "mysql --password=s3cret db | mysql --password=[masked:password] db",
                "mysql --password s3cret db | mysql --password [masked:password] db",
                "tool --token 'a b c' x | tool --token [masked:password] x",
                "PGPASSWORD=s3cret psql | PGPASSWORD=[masked:password] psql",
                "{\"api_key\": \"abc def\"} | {\"api_key\": [masked:password]}",
                "git clone https://x@h ghp_0123456789abcdefghijABCDEFGHIJ | git clone https://x@h"
                        + " [masked:token]",
                "xoxb-123456789012-abcdef | [masked:token]",
            })
    @Attack(55)
    void masksKnownShapes(String text, String masked) {
        assertThat(SecretMask.mask(text)).isEqualTo(masked);
    }

    @Test
    void masksPrivateKeysWholeOrCut() {
        String begin = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\nNzaC1-\n";
        String end = "-----END OPENSSH PRIVATE KEY-----";

        assertThat(SecretMask.mask("a " + begin + end + " b"))
                .isEqualTo("a [masked:private-key] b");
        assertThat(SecretMask.mask("a " + begin)).isEqualTo("a [masked:private-key]");
        assertThat(SecretMask.mask(begin + end + "\n" + begin + end))
                .isEqualTo("[masked:private-key]\n[masked:private-key]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ls -l /srv/reports",
                "cat password.txt",
                "kubectl get secret app -o yaml",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "select token from t",
                "echo AKIA",
                "http://host:8080/a@b",
                "sk-1",
                "eyJ.x"
            })
    void leavesOrdinaryTextAlone(String text) {
        assertThat(SecretMask.mask(text)).isEqualTo(text);
    }

    @Test
    void changesNothingTheSecondTime() {
        String once = SecretMask.mask("Authorization: Bearer abcdefghijk --token xyz u://a:b@c");

        assertThat(SecretMask.mask(once)).isEqualTo(once);
    }

    @Test
    void staysLinearOnHostileText() {
        for (String part :
                List.of(
                        "-----BEGIN PRIVATE KEY-----",
                        "-----BEGIN ",
                        "eyJ",
                        "eyJaaaaa.",
                        "password=\"",
                        "password='\n",
                        "authorization: ",
                        "bearer ",
                        "://a:",
                        "://",
                        "--token ",
                        "spg1.",
                        "AKIA")) {
            String text = part.repeat(400_000 / part.length());

            assertThatCode(() ->
                            org.junit.jupiter.api.Assertions.assertTimeout(
                                    Duration.ofSeconds(5), () -> SecretMask.mask(text)))
                    .as(part)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    @Attack(55)
    void noEventAndNoCastCarriesWhatIsKnownToBeASecret() {
        // Given
        List<String> argv = List.of("mysql", "--password", "s3cret", "--token=t0p", "-x", "plain");
        Map<String, Object> fields =
                Map.of(
                        "command",
                        "mysql --password s3cret --token=t0p -x plain",
                        "argv",
                        argv,
                        "more",
                        Map.of("body", "PGPASSWORD=s3cret"),
                        "exit",
                        3);

        // When
        var event = new Event(EventType.SSH_EXEC, EventContext.NONE, fields);
        var header = new CastHeader(0, "mysql --password=s3cret", false, 80, 24, "");

        // Then
        assertThat(event.toString() + header).doesNotContain("s3cret", "t0p");
        assertThat(event.fields())
                .containsEntry("exit", 3)
                .containsEntry(
                        "argv",
                        List.of(
                                "mysql",
                                "--password",
                                "[masked:password]",
                                "--token=[masked:password]",
                                "-x",
                                "plain"));
    }
}
