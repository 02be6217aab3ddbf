package dev.sallyport.recorder.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineFeedsTest {
    @Test
    void countsWhatOneByOneCounts() {
        Random random = new Random(10);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length + 9];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                // The neighbours of a line feed, with and without the top bit.
                bytes[i] =
                        random.nextBoolean() ? bytes[i] : (byte) (random.nextInt(3) + 9 | i << 7);
            }

            long found = LineFeeds.count(bytes, length);

            assertThat(found)
                    .isEqualTo(IntStream.range(0, length).filter(i -> bytes[i] == '\n').count());
        }
    }

    @Test
    void countsNothingButLineFeeds() {
        for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
            byte[] bytes = new byte[19];
            Arrays.fill(bytes, (byte) value);

            assertThat(LineFeeds.count(bytes, 19)).isEqualTo(value == '\n' ? 19 : 0);
        }
    }
}
