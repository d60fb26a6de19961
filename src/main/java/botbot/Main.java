package botbot;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service. */
@QuarkusMain
public final class Main {

  static {
    // the server would refuse a malformed path without a body, before anybody can say what is wrong
    System.setProperty("vertx.disableURIValidation", "true");
  }

  private Main() {}

  /** Runs until it is told to stop. */
  public static void main(String... arguments) {
    Quarkus.run(arguments);
  }
}
