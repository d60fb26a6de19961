package botbot.database;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Has statements that come again and again be prepared once for a connection, which spares
 * PostgreSQL parsing and planning them, unless a pooler stands between: it may lead each
 * transaction to another process. A pooler gives its clients numbers of its own for what PostgreSQL
 * calls a process. Whoever names a {@code prepareThreshold} in the JDBC URL has chosen for
 * themselves.
 */
@Singleton
class KeptStatements implements AgroalPoolInterceptor {

  private static final Logger LOG = Logger.getLogger(KeptStatements.class);

  /** The driver's own default: how often a statement comes before it is prepared. */
  private static final int THRESHOLD = 5;

  private final boolean chosen;

  KeptStatements(@ConfigProperty(name = "quarkus.datasource.jdbc.url") String url) {
    this.chosen = url.contains("prepareThreshold");
  }

  @Override
  public void onConnectionCreate(Connection connection) {
    if (chosen) {
      return;
    }
    try {
      PGConnection driver = connection.unwrap(PGConnection.class);
      if (driver.getBackendPID() == process(connection)) {
        driver.setPrepareThreshold(THRESHOLD);
      }
    } catch (SQLException broken) {
      LOG.debug("A new connection broke; whoever takes it learns why", broken);
    }
  }

  private static int process(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }
}
