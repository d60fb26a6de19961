import botbot.client.ApiClient;
import botbot.client.ApiException;
import botbot.client.api.AgentsApi;
import botbot.client.api.ChangesApi;
import botbot.client.api.ClientsApi;
import botbot.client.api.ConsoleApi;
import botbot.client.api.PreferencesApi;
import botbot.client.api.RateChecksApi;
import botbot.client.api.RatePoliciesApi;
import botbot.client.api.ScratchApi;
import botbot.client.api.SessionsApi;
import botbot.client.api.SettingsApi;
import botbot.client.api.SpacesApi;
import botbot.client.api.StatusApi;
import botbot.client.api.UsersApi;
import botbot.client.model.AgentBody;
import botbot.client.model.Algorithm;
import botbot.client.model.ClientToCreate;
import botbot.client.model.ConsoleKey;
import botbot.client.model.Ids;
import botbot.client.model.PreferenceBody;
import botbot.client.model.PreferencesBody;
import botbot.client.model.RateCheck;
import botbot.client.model.RateCheckBatch;
import botbot.client.model.RatePolicyBody;
import botbot.client.model.Role;
import botbot.client.model.Rollback;
import botbot.client.model.Rotation;
import botbot.client.model.Session;
import botbot.client.model.SessionBody;
import botbot.client.model.SessionToCreate;
import botbot.client.model.SettingBody;
import botbot.client.model.SettingKeys;
import botbot.client.model.Status;
import botbot.client.model.Touch;
import botbot.client.model.UserExport;
import botbot.testing.Backends;
import botbot.testing.Document;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Walks through every operation of the running service with the clients that were generated from
 * the document, in Java here and in TypeScript in {@code walk.ts}: each succeeds, and none of the
 * document is left out.
 */
public final class Walk {
  private static final String KEY = Backends.ADMIN_KEY;

  private final Set<String> done = new TreeSet<>();
  private final ApiClient client = new ApiClient();
  private String cookie = "none=";

  private Walk(String base) {
    client.updateBaseUri(base);
    client.setRequestInterceptor(
        request ->
            request
                .setHeader("Authorization", "Bearer " + KEY)
                .setHeader("Sec-Fetch-Site", "same-origin")
                .setHeader("Cookie", cookie));
    client.setResponseInterceptor(this::answered);
  }

  public static void main(String[] arguments) throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance service = ServiceInstance.launch("clients", postgres, redis)) {
      String base = service.api().uri("").toString();
      Walk walk = new Walk(base);
      walk.all();
      complete("Java", walk.done);
      complete("TypeScript", typescript(base));
      expect(service.errors().isEmpty(), "no error in the log: " + service.errors());
    }
  }

  private static Set<String> typescript(String base) throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                "npm", "--prefix", "src/test/clients", "run", "--silent", "walk", "--", base, KEY)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String calls = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    expect(node.waitFor() == 0, "the walk in TypeScript, which came to " + calls);
    return new TreeSet<>(calls.lines().toList());
  }

  private static void complete(String language, Set<String> calls) {
    Set<Document.Operation> done = new HashSet<>();
    for (String call : calls) {
      String[] parts = call.split(" ");
      Document.committed().find(parts[0], parts[1]).ifPresent(done::add);
    }
    List<Document.Operation> left =
        Document.committed().operations().stream().filter(is -> !done.contains(is)).toList();
    expect(left.isEmpty(), language + " leaves out " + left);
    System.out.println(language + ": all " + done.size() + " operations succeed");
  }

  private static void expect(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private void answered(HttpResponse<InputStream> answer) {
    if (answer.statusCode() / 100 == 2) {
      done.add(answer.request().method() + " " + answer.uri().getRawPath());
    }
    answer.headers().firstValue("Set-Cookie").ifPresent(set -> cookie = set.split(";")[0]);
    if (answer.uri().getPath().equals("/v1/changes")) {
      try {
        // the generated code would wait for the end of the stream
        answer.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void all() throws ApiException {
    sessions();
    preferences();
    users();
    spaces();
    agents();
    settings();
    scratch();
    rates();
    clients();
    console();
    changes();
    status();
  }

  private void sessions() throws ApiException {
    SessionsApi api = new SessionsApi(client);
    Session made =
        api.createSession(
            new SessionToCreate().userId("walk/java").data(Map.of("turns", List.of())));
    String id = made.getId();
    expect(made.getExpiresAt().isAfter(made.getCreatedAt()), "instants are times");
    api.putSession(id, new SessionBody().userId("walk/java").data(Map.of("a", 1)), null, null);
    Session patched = api.patchSession(id, Map.of("data", Map.of("step", 2)), null, null);
    expect(patched.getData().equals(Map.of("a", 1, "step", 2)), "the patch is applied");
    api.touchSession(id, null);
    api.touchSession(id, new Touch().ttlSeconds(60));
    expect(api.getSession(id, null, null).getTtlSeconds() == 60, "the touch is applied");
    expect(
        api.listSessions("walk/java", false, null, null).getItems().getFirst().getData().isEmpty(),
        "the list is without data");
    expect(
        api.batchGetSessions(new Ids().ids(List.of(id, "none"))).getItems().size() == 1,
        "one is there");
    api.deleteSession(id, null, null);
    api.putSession(id, new SessionBody().userId("walk/java"), null, null);
    expect(api.deleteSessions("walk/java").getDeleted() == 1, "the user's are deleted");
  }

  private void preferences() throws ApiException {
    PreferencesApi api = new PreferencesApi(client);
    String user = "walk/java";
    api.putPreferences(
        user, new PreferencesBody().preferences(Map.of("language", "en")), null, null);
    api.patchPreferences(user, Map.of("preferences", Map.of("units", "m")), null, null);
    api.putPreference(user, "a/b", new PreferenceBody().value(1), null, null);
    expect(api.getPreference(user, "a/b", null, null).getValue().equals(1), "it is set");
    api.deletePreference(user, "a/b", null, null);
    expect(
        api.getPreferences(user, null, null)
            .getPreferences()
            .equals(Map.of("language", "en", "units", "m")),
        "the patch is applied");
    api.deletePreferences(user, null, null);
  }

  private void users() throws ApiException {
    UsersApi api = new UsersApi(client);
    String user = "walk/erased/java";
    new SessionsApi(client).createSession(new SessionToCreate().userId(user));
    UserExport kept = api.exportUser(user, null, null);
    expect(kept.getSessions().size() == 1, "one is kept");
    expect(api.eraseUser(user).getSessions() == 1, "it is erased");
  }

  private void spaces() throws ApiException {
    SpacesApi api = new SpacesApi(client);
    String space = "walk-java";
    ApiClient inSpace = new ApiClient();
    inSpace.updateBaseUri(client.getBaseUri());
    inSpace.setRequestInterceptor(
        request ->
            request
                .setHeader("Authorization", "Bearer " + KEY)
                .setHeader("Botbot-Space", space));
    new SettingsApi(inSpace).putSetting("k", new SettingBody().value(1), null, null);
    expect(
        api.listSpaces(null, null).getItems().stream().anyMatch(is -> is.getName().equals(space)),
        "it is listed");
    api.eraseSpace(space);
  }

  private void agents() throws ApiException {
    AgentsApi api = new AgentsApi(client);
    String id = "walk-java";
    AgentBody first =
        new AgentBody().config(Map.of("model", "small")).schema(Map.of("type", "object"));
    api.putAgent(id, first, null, null);
    api.checkAgent(id, new AgentBody().config(Map.of("model", "large")));
    api.putAgent(id, new AgentBody().config(Map.of("model", "large")), null, null);
    api.rollbackAgent(id, new Rollback().version(1L), null, null);
    expect(
        api.getAgent(id, null, null).getConfig().equals(Map.of("model", "small")),
        "the old content is back");
    expect(api.listAgents(id, null, null).getItems().size() == 1, "one is listed");
    expect(
        api.batchGetAgents(new Ids().ids(List.of(id))).getItems().size() == 1, "one is there");
    expect(
        api.listAgentVersions(id, null, null).getItems().size() == 3, "every version is kept");
    api.getAgentVersion(id, 2L, null, null);
    api.deleteAgent(id, null, null);
  }

  private void settings() throws ApiException {
    SettingsApi api = new SettingsApi(client);
    String key = "walk-java";
    api.putSetting(key, new SettingBody().value(List.of("en")).schema(true), null, null);
    api.checkSetting(key, new SettingBody().value(List.of("en", "de")));
    api.putSetting(key, new SettingBody().value(List.of("en", "de")), null, null);
    api.rollbackSetting(key, new Rollback().version(1L), null, null);
    expect(
        api.getSetting(key, null, null).getValue().equals(List.of("en")),
        "the old content is back");
    expect(api.listSettings(key, null, null).getItems().size() == 1, "one is listed");
    expect(
        api.batchGetSettings(new SettingKeys().keys(List.of(key))).getItems().size() == 1,
        "one is there");
    expect(
        api.listSettingVersions(key, null, null).getItems().size() == 3, "every version is kept");
    api.getSettingVersion(key, 2L, null, null);
    api.deleteSetting(key, null, null);
  }

  private void scratch() throws ApiException {
    ScratchApi api = new ScratchApi(client);
    Map<String, Object> value = Map.of("code", "1");
    api.putScratch("walk-java", "a/b", value, 60, null, null);
    expect(api.getScratch("walk-java", "a/b", null, null).equals(value), "the value is there");
    expect(
        api.listScratch("walk-java", null, null).getItems().getFirst().getKey().equals("a/b"),
        "it is listed");
    expect(api.takeScratch("walk-java", "a/b").equals(value), "the value is taken");
    api.putScratch("walk-java", "a/b", List.of(1), null, null, null);
    api.deleteScratch("walk-java", "a/b", null, null);
  }

  private void rates() throws ApiException {
    RatePoliciesApi policies = new RatePoliciesApi(client);
    RateChecksApi checks = new RateChecksApi(client);
    String name = "walk-java";
    policies.putRatePolicy(
        name,
        new RatePolicyBody().tier(name).endpoint("*").limit(10L).windowMs(60_000L),
        null,
        null);
    expect(
        policies.getRatePolicy(name, null, null).getAlgorithm() == Algorithm.SLIDING_WINDOW,
        "it has its defaults");
    expect(!policies.listRatePolicies(null, null).getItems().isEmpty(), "it is listed");
    expect(!policies.listRateUsage(null, null, null).getItems().isEmpty(), "its use is listed");
    RateCheck check = new RateCheck().subject("walk").tier(name);
    expect(checks.checkRate(check).getRemaining() == 9, "one is charged");
    checks.checkRates(new RateCheckBatch().checks(List.of(check, new RateCheck().subject("w"))));
    expect(checks.peekRate("walk", name, null).getRemaining() == 8, "another is charged");
    checks.resetRate("walk", null);
    policies.deleteRatePolicy(name, null, null);
  }

  private void clients() throws ApiException {
    ClientsApi api = new ClientsApi(client);
    String name = "walk-java";
    String key =
        api.createClient(new ClientToCreate().name(name).roles(Set.of(Role.FRONTEND))).getKey();
    expect(!api.rotateClientKey(name, null).getKey().equals(key), "the key is another");
    api.rotateClientKey(name, new Rotation().graceSeconds(1L));
    expect(
        api.listClients(null, null).getItems().stream().anyMatch(is -> is.getName().equals(name)),
        "it is listed");
    api.deleteClient(name, null, null);
  }

  private void console() throws ApiException {
    ConsoleApi api = new ConsoleApi(client);
    expect(api.startConsoleSession(new ConsoleKey().key(KEY)).getEverywhere(), "it works everywhere");
    expect(api.getConsoleSession().getName().equals("admin"), "it is known");
    api.endConsoleSession();
  }

  private void changes() {
    try {
      new ChangesApi(client).streamChanges(null, null);
      throw new AssertionError("the stream ended by itself");
    } catch (ApiException closed) {
      expect(closed.getCode() == 0, "closed here, not refused: " + closed);
    }
  }

  private void status() throws ApiException {
    StatusApi api = new StatusApi(client);
    expect(api.getStatus().getMode() == Status.ModeEnum.NORMAL, "nothing is away");
    expect(api.getStatusHistory().getPeriodMs() == 5000, "a sample every five seconds");
    api.startNewEpoch();
  }
}
