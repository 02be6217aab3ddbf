package dev.sallyport.proxy.db.value;

import java.time.LocalDate;
import java.util.Locale;

/** Dates and times in ISO style. PostgreSQL counts from 2000-01-01, in days and microseconds. */
final class TimeText {
    static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();

    /** PostgreSQL's own bounds: 4713 BC, and the years 5874897 and 294276. */
    private static final long FIRST_DAY = -2_451_545;

    private static final long END_DATE = 2_147_483_494L - 2_451_545;
    private static final long END_TIMESTAMP = 9_223_371_331_200_000_000L;

    private TimeText() {}

    static String date(int days) throws UndecodableException {
        if (days == Integer.MAX_VALUE) {
            return "infinity";
        }
        if (days == Integer.MIN_VALUE) {
            return "-infinity";
        }
        Bytes.require(days >= FIRST_DAY && days < END_DATE);
        LocalDate date = LocalDate.ofEpochDay(days + EPOCH_DAY);
        return day(date) + era(date);
    }

    private static String day(LocalDate date) {
        int year = date.getYear();
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d",
                year > 0 ? year : 1 - year,
                date.getMonthValue(),
                date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }

    static String time(long micros) throws UndecodableException {
        Bytes.require(micros >= 0 && micros <= MICROS_PER_DAY);
        return clock(micros);
    }

    /** Hours may be more than a day has, in intervals. */
    static String clock(long micros) {
        long seconds = micros / MICROS_PER_SECOND;
        String text =
                String.format(
                        Locale.ROOT,
                        "%02d:%02d:%02d",
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60);
        long fraction = micros % MICROS_PER_SECOND;
        return fraction == 0
                ? text
                : text + String.format(Locale.ROOT, ".%06d", fraction).replaceFirst("0+$", "");
    }

    /**
     * @param west seconds west of Greenwich, as POSIX counts
     */
    static String zonedTime(long micros, int west) throws UndecodableException {
        Bytes.require(Math.abs((long) west) < 16 * 3600);
        int seconds = Math.abs(west);
        String zone = String.format(Locale.ROOT, "%s%02d", west > 0 ? "-" : "+", seconds / 3600);
        if (seconds % 3600 != 0) {
            zone += String.format(Locale.ROOT, ":%02d", seconds / 60 % 60);
        }
        if (seconds % 60 != 0) {
            zone += String.format(Locale.ROOT, ":%02d", seconds % 60);
        }
        return time(micros) + zone;
    }

    static String timestamp(long micros, String zone) throws UndecodableException {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        }
        if (micros == Long.MIN_VALUE) {
            return "-infinity";
        }
        Bytes.require(micros >= FIRST_DAY * MICROS_PER_DAY && micros < END_TIMESTAMP);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_PER_DAY) + EPOCH_DAY);
        return day(date) + " " + clock(Math.floorMod(micros, MICROS_PER_DAY)) + zone + era(date);
    }
}
