package dev.sallyport.recorder.verify;

/** One thing that verification has to say, and where. */
public record Finding(Severity severity, Place place, String message) {}
