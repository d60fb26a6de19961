package botbot.configuration;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Says which secrets were given with a line end at their end. */
@Singleton
class CutLineEnds {

  private static final Logger LOG = Logger.getLogger(CutLineEnds.class);

  void announce(@Observes StartupEvent event) {
    for (String name : LiteralSecrets.cut()) {
      LOG.warnf("The line end at the end of %s was cut", name);
    }
  }
}
