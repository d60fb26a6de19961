package botbot.bench;

import botbot.testing.Api;

/** The sessions that are read and written: as many as {@link #COUNT}, numbered from 1, of 1 KiB. */
final class Sessions {
  static final int COUNT = 1_000;

  /** The path of the session of a number. */
  static final String PATH = "/v1/sessions/s#";

  /** With what the service adds it is 1 KiB. */
  static final String KIBIBYTE = "{\"text\":\"" + "x".repeat(800) + "\"}";

  static final String BODY = "{\"userId\":\"ada\",\"data\":" + KIBIBYTE + "}";

  private Sessions() {}

  static String path(int number) {
    return PATH.replace("#", "" + number);
  }

  /** Writes all of them. */
  static void fill(Api api) {
    Callers.each(COUNT, i -> api.put(path(i + 1), BODY).expect(200, 201));
  }
}
