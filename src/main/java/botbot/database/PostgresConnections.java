package botbot.database;

import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.quarkus.agroal.runtime.JdbcDriver;
import io.quarkus.arc.Unremovable;
import io.quarkus.jdbc.postgresql.runtime.PostgreSQLAgroalConnectionConfigurer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** How the framework sets up connections to PostgreSQL, but for what ends one. */
@Singleton
@Unremovable
@Alternative
@Priority(1)
@JdbcDriver("postgresql")
// sslfactory in the URL names it, for authorities that the JVM trusts
@RegisterForReflection(targets = DefaultJavaSSLFactory.class)
class PostgresConnections extends PostgreSQLAgroalConnectionConfigurer {

  @Override
  public void setExceptionSorter(
      String databaseKind, AgroalDataSourceConfigurationSupplier configuration) {
    configuration.connectionPoolConfiguration().exceptionSorter(new FatalFaults());
  }
}
