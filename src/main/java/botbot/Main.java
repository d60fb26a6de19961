package botbot;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** Starts the service. */
@QuarkusMain
public final class Main {

  static {
    // the server would refuse a malformed path without a body, before anybody can say what is wrong
    System.setProperty("vertx.disableURIValidation", "true");
  }

  private static final String POLLERS = "jdk.pollerMode";

  /**
   * Where the framework looks for the OpenAPI document, to parse it at the start: {@code
   * botbot.http.openapi} serves it. A loader without a parent is not enough: in an executable each
   * finds everything.
   */
  private static final class Empty extends ClassLoader {

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return null;
    }
  }

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
    OpenApiConstants.classLoader = new Empty();
    if (ImageMode.current() == ImageMode.NATIVE_RUN && System.getProperty(POLLERS) == null) {
      System.setProperty(POLLERS, "SYSTEM_THREADS");
    }
    Quarkus.run(arguments);
  }
}
