package botbot;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.TimeZone;

/** Starts the service. */
@QuarkusMain
public final class Main {

  static {
    // the server would refuse a malformed path without a body, before anybody can say what is wrong
    System.setProperty("vertx.disableURIValidation", "true");
  }

  private static final String POLLERS = "jdk.pollerMode";

  private Main() {}

  /**
   * Runs until it is told to stop. In a native executable a virtual thread that waits for a socket
   * may never be woken where the thread that polls is a virtual one too, which is the default
   * (https://github.com/oracle/graal/issues/13787): there threads of the system poll.
   */
  public static void main(String... arguments) {
    // texts, digits and times are the same wherever the service runs
    Locale.setDefault(Locale.ENGLISH);
    TimeZone.setDefault(TimeZone.getTimeZone(ZoneOffset.UTC));
    // botbot.http.wire stands before each connection
    System.setProperty("io.netty.bootstrap.extensions", "serviceload");
    // where the framework looks for the document at the start: botbot.http.openapi has it
    OpenApiConstants.classLoader = new ClassLoader(null) {};
    if (ImageMode.current() == ImageMode.NATIVE_RUN && System.getProperty(POLLERS) == null) {
      System.setProperty(POLLERS, "SYSTEM_THREADS");
    }
    Quarkus.run(arguments);
  }
}
