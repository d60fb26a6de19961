package botbot.access.client;

import botbot.access.identity.ApiKey;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One key of a client as it is stored: its hash, never the key. */
@Entity
@Table(name = "client_key")
class ClientKeyEntity extends PanacheEntityBase {

  @Id String id = "";

  @ManyToOne(fetch = FetchType.LAZY, optional = false)
  @JoinColumn(name = "client")
  ClientEntity client = new ClientEntity();

  byte[] hash = {};

  /** When the key ceases to work; null for never. */
  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  static void add(ClientEntity client, ApiKey key) {
    ClientKeyEntity entity = new ClientKeyEntity();
    entity.id = key.id();
    entity.client = client;
    entity.hash = key.hash();
    entity.persist();
  }

  static List<String> idsOf(ClientEntity client) {
    return find("select id from ClientKeyEntity where client = ?1", client)
        .project(String.class)
        .list();
  }

  /**
   * Ends the other keys of a client after the grace, unless they end before, and deletes what has
   * ended.
   */
  static void endAll(ClientEntity client, long graceSeconds) {
    getEntityManager()
        .createNativeQuery(
            """
            update client_key set expires_at =
              least(expires_at, clock_timestamp() + make_interval(secs => :grace))
            where client = :client
            """)
        .setParameter("grace", (double) graceSeconds)
        .setParameter("client", client.name)
        .executeUpdate();
    getEntityManager()
        .createNativeQuery(
            "delete from client_key where client = :client and expires_at <= clock_timestamp()")
        .setParameter("client", client.name)
        .executeUpdate();
  }
}
