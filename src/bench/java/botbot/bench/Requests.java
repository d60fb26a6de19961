package botbot.bench;

/**
 * Requests of one kind.
 *
 * @param path with {@code #} where the number of the request stands
 * @param body the same; may be empty
 * @param count how many different requests there are, numbered from 1
 * @param denied whether 429 is the answer to expect
 */
record Requests(String method, String type, String path, String body, int count, boolean denied) {

  private static final String JSON = "application/json";

  static Requests get(String path, int count) {
    return new Requests("GET", JSON, path, "", count, false);
  }

  static Requests put(String path, String body, int count) {
    return new Requests("PUT", JSON, path, body, count, false);
  }

  static Requests post(String path, String body) {
    return new Requests("POST", JSON, path, body, 1, false);
  }

  static Requests mergePatch(String path, String body, int count) {
    return new Requests("PATCH", "application/merge-patch+json", path, body, count, false);
  }

  /** Rate checks of many subjects. */
  static Requests checks(String endpoint, int subjects) {
    String body = "{\"subject\":\"user-#\",\"endpoint\":\"" + endpoint + "\"}";
    return new Requests("POST", JSON, "/v1/rate-checks", body, subjects, false);
  }

  /** The same where they are to be refused. */
  Requests refused() {
    return new Requests(method, type, path, body, count, true);
  }

  Side at(Target target, int connections) {
    return new Wrk(target, this, connections);
  }
}
