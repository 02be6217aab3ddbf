package dev.sallyport.recorder.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {
    /** The worked example of the format reference; made and checked by other programs. */
    static final String VKEY =
            "rec.example.com/acme/px1/2026-11+683a495d+AWJMqtjG/pYy9UtNENZh1L8gmg2Wxfq2P8c/f+mKi+dN";

    static final String CHECKPOINT =
            """
            rec.example.com/acme/px1/2026-11
            5
            iEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=

            — rec.example.com/acme/px1/2026-11 \
            aDpJXVmEPrJcRVGfIqCi2eKg7y0Uu3g4gAnReo8Dkxu+eLFOmsTp2BntE47UyF\
            +9Oxl+BF5oo05uxwSu0SvdKxesTgo=
            """;

    @Test
    void acceptsTheWorkedExample() {
        // When
        Note note = Note.parse(CHECKPOINT);

        // Then
        VerifierKey key = VerifierKey.parse(VKEY);
        assertThat(note.verify(List.of(key))).isEqualTo(Note.Verdict.GOOD);
        assertThat(note.format()).isEqualTo(CHECKPOINT);
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        assertThat(checkpoint.head().size()).isEqualTo(5);
        assertThat(checkpoint.text()).isEqualTo(note.text());
    }

    @Test
    void changedTextIsForged() {
        Note note = Note.parse(CHECKPOINT.replace("\n5\n", "\n6\n"));
        assertThat(note.verify(List.of(VerifierKey.parse(VKEY)))).isEqualTo(Note.Verdict.FORGED);
    }

    @Test
    void linesOfUnknownKeysDoNotCount() {
        // Given
        NoteKey known = NoteKey.ephemeral("log");
        NoteKey stranger = NoteKey.ephemeral("stranger");
        List<Note.Line> lines = new ArrayList<>(stranger.sign("text\n").signatures());

        // When
        Note unsigned = new Note("text\n", lines);
        lines.addAll(known.sign("text\n").signatures());
        Note signed = new Note("text\n", lines);

        // Then
        assertThat(unsigned.verify(List.of(known.verifier()))).isEqualTo(Note.Verdict.UNSIGNED);
        assertThat(signed.verify(List.of(known.verifier()))).isEqualTo(Note.Verdict.GOOD);
        assertThat(Note.parse(signed.format()).verify(List.of(known.verifier())))
                .isEqualTo(Note.Verdict.GOOD);
    }

    @Test
    void oneWrongLineOfAKnownKeySpoilsTheNote() {
        NoteKey known = NoteKey.ephemeral("log");
        List<Note.Line> lines = new ArrayList<>(known.sign("text\n").signatures());
        lines.addAll(known.sign("other\n").signatures());
        assertThat(new Note("text\n", lines).verify(List.of(known.verifier())))
                .isEqualTo(Note.Verdict.FORGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text\n",
                "text\n\n",
                "text\n\n— a AAAAAAAA",
                "text\n\n- a AAAAAAAA\n",
                "text\n\n— a+b AAAAAAAA\n",
                "text\n\n—  AAAAAAAA\n",
                "text\n\n— a AAAA\n",
                "text\n\n— a AAAAAAA!\n",
                "text\n\n— a AAAAAAAA x\n",
                "te\txt\n\n— a AAAAAAAA\n",
                "te\rxt\n\n— a AAAAAAAA\n"
            })
    void refusesWhatIsNotExactlyANote(String note) {
        assertThatThrownBy(() -> Note.parse(note)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "origin\n5\n",
                "origin\n05\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=\n",
                "origin\n-5\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=\n",
                "origin\n5\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0\n",
                "origin\n5\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=",
                "origin\n5\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=\n\n",
                "origin\n0\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=\n",
                "\n5\niEHJgkjY0Sd+7Vq4Jq9n+hcTNlLPdjuWZRdNDTn4+M0=\n"
            })
    void refusesWhatIsNotExactlyACheckpoint(String text) {
        assertThatThrownBy(() -> Checkpoint.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log",
                "log+683a495d+AWJMqtjG/pYy9UtNENZh1L8gmg2Wxfq2P8c/f+mKi+dN",
                "rec.example.com/acme/px1/2026-11+683a495d+AWJMqtjG",
                "rec.example.com/acme/px1/2026-11+683A495D+AWJMqtjG/pYy9UtNENZh1L8gmg2Wxfq2P8c/f+mKi+dN"
            })
    void refusesAVerifierKeyThatIsNotExactlyOne(String vkey) {
        assertThatThrownBy(() -> VerifierKey.parse(vkey))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
