package botbot.access.client;

import botbot.access.identity.ApiKey;
import botbot.http.condition.EntityTags;
import botbot.http.condition.Preconditions;
import botbot.http.problem.Conflict;
import botbot.http.problem.Missing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The clients and their keys. They are not kept in Redis: each process remembers the keys that it
 * is shown for half a second.
 */
@ApplicationScoped
class Clients {

  /**
   * A client after a change.
   *
   * @param client as it is now; none if deleted
   * @param version for its entity tag
   * @param keys the ids of its keys which the change concerns
   */
  record Changed(@Nullable Client client, long version, Collection<String> keys) {}

  /**
   * Which clients a call is about.
   *
   * @param space those of this space; null for all
   */
  record Reach(@Nullable String space) {

    boolean covers(ClientEntity client) {
      return space == null || space.equals(client.space);
    }
  }

  @Transactional
  List<Client> list(Reach reach, String after, int limit) {
    List<ClientEntity> found =
        reach.space() == null
            ? ClientEntity.after(after, limit)
            : ClientEntity.ofSpace(reach.space(), after, limit);
    return found.stream().map(Client::of).toList();
  }

  /** Throws {@link Conflict} where the name is taken, or the space is being erased. */
  @Transactional
  Changed create(NewClient wanted, String space, ApiKey key) {
    if (!ClientEntity.lockUnlessErased(space)) {
      throw new Conflict("Space \"" + space + "\" is being erased: try again later.");
    }
    if (!ClientEntity.add(wanted.name(), wanted.roles(), wanted.tier(), space)) {
      throw new Conflict("There is a client \"" + wanted.name() + "\" already.");
    }
    // as an entity, which the statement above did not make
    ClientEntity client = locked(wanted.name(), new Reach(space));
    ClientKeyEntity.add(client, key);
    return new Changed(Client.of(client), client.version, List.of(key.id()));
  }

  /** Throws {@link Missing} where there is no such client. */
  @Transactional
  Changed rotate(Reach reach, String name, ApiKey key, long graceSeconds) {
    ClientEntity client = locked(name, reach);
    List<String> old = ClientKeyEntity.idsOf(client);
    ClientKeyEntity.endAll(client, graceSeconds);
    ClientKeyEntity.add(client, key);
    client.takeVersion();
    return new Changed(Client.of(client), client.version, old);
  }

  /** Throws {@link Missing} where there is no such client. */
  @Transactional
  Changed delete(Reach reach, String name, Preconditions preconditions) {
    ClientEntity client = locked(name, reach);
    preconditions.checkWrite(Optional.of(EntityTags.of(client.version)));
    List<String> old = ClientKeyEntity.idsOf(client);
    client.delete();
    return new Changed(null, client.version, old);
  }

  private static ClientEntity locked(String name, Reach reach) {
    return ClientEntity.locked(name)
        .filter(reach::covers)
        .orElseThrow(() -> new Missing("There is no client \"" + name + "\"."));
  }
}
