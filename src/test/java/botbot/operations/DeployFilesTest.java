package botbot.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.testing.AotTraining;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.api.client.json.GenericJson;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.GenericData;
import com.google.api.services.run.v1.model.Job;
import com.google.api.services.run.v1.model.Service;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files under deploy/, each read by something that knows its format. */
class DeployFilesTest {

  private static final Path DEPLOY = Path.of("deploy");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern INSTRUCTION = Pattern.compile("^([A-Z]+) (.+)$");
  private static final Set<String> INSTRUCTIONS =
      Set.of(
          "FROM",
          "WORKDIR",
          "RUN",
          "COPY",
          "USER",
          "ENV",
          "EXPOSE",
          "STOPSIGNAL",
          "HEALTHCHECK",
          "ENTRYPOINT");

  @ParameterizedTest
  @ValueSource(strings = {"kubernetes", "knative"})
  void everyManifestHasTheFieldsOfItsApiAndNoOthers(String directory) throws IOException {
    KubernetesSerialization serialization = new KubernetesSerialization();
    for (Path file : manifests(directory)) {
      Object read = serialization.unmarshal(Files.readString(file));
      assertTrue(read instanceof HasMetadata, () -> file + " is of no known kind");
      assertFalse(read.getClass().getSimpleName().startsWith("Generic"), file::toString);
      assertEquals(List.of(), unknown(read, file.toString()), file::toString);
    }
  }

  @Test
  void everyManifestOfCloudRunHasTheFieldsOfItsApiAndNoOthers() throws IOException {
    Map<String, Class<? extends GenericJson>> kinds =
        Map.of(
            "serving.knative.dev/v1 Service", Service.class,
            "run.googleapis.com/v1 Job", Job.class);
    for (Path file : manifests("cloudrun")) {
      JsonNode manifest = YAML.readTree(file.toFile());
      String kind = manifest.get("apiVersion").asText() + " " + manifest.get("kind").asText();
      assertTrue(kinds.containsKey(kind), kind);
      GenericJson read =
          GsonFactory.getDefaultInstance().fromString(manifest.toString(), kinds.get(kind));
      assertEquals(List.of(), unknownToCloudRun(read, file.toString()));
    }
  }

  private static List<Path> manifests(String directory) throws IOException {
    try (Stream<Path> found = Files.list(DEPLOY.resolve(directory))) {
      List<Path> files = found.filter(file -> !file.endsWith("kustomization.yaml")).toList();
      assertFalse(files.isEmpty());
      return files;
    }
  }

  private static List<String> unknownToCloudRun(Object read, String at) {
    List<String> found = new ArrayList<>();
    if (read instanceof Collection<?> items) {
      items.forEach(item -> found.addAll(unknownToCloudRun(item, at + "[]")));
    } else if (read instanceof GenericData object) {
      object.getUnknownKeys().keySet().forEach(key -> found.add(at + "." + key));
      object.forEach((key, value) -> found.addAll(unknownToCloudRun(value, at + "." + key)));
    }
    return found;
  }

  @Test
  void everyResourceOfTheKustomizationExists() throws IOException {
    JsonNode kustomization = yaml("kubernetes/kustomization.yaml");
    kustomization
        .get("resources")
        .forEach(file -> assertTrue(Files.exists(DEPLOY.resolve("kubernetes/" + file.asText()))));
  }

  @Test
  void everyProbeAsksForAPathThatThereIs() throws IOException {
    for (Path file : files(".yaml")) {
      Matcher path = Pattern.compile("path: (/q/\\S+)").matcher(Files.readString(file));
      while (path.find()) {
        assertTrue(
            Set.of("/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics")
                .contains(path.group(1)),
            path.group(1));
      }
    }
  }

  /** Vert.x keeps a directory there, without which the service does not start. */
  @Test
  void aReadOnlyContainerHasATmpOfItsOwn() throws IOException {
    int readOnly = 0;
    for (Path file : files(".yaml")) {
      for (JsonNode document :
          YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile()).readAll()) {
        for (JsonNode spec : document.findParents("containers")) {
          for (JsonNode container : spec.get("containers")) {
            if (container.at("/securityContext/readOnlyRootFilesystem").asBoolean()) {
              readOnly++;
              assertTrue(mountsTmp(spec, container), () -> file + ": " + container.get("image"));
            }
          }
        }
      }
    }
    assertEquals(3, readOnly);
  }

  private static boolean mountsTmp(JsonNode spec, JsonNode container) {
    return StreamSupport.stream(container.path("volumeMounts").spliterator(), false)
        .filter(mount -> mount.path("mountPath").asText().equals("/tmp"))
        .map(mount -> mount.get("name"))
        .anyMatch(
            name ->
                StreamSupport.stream(spec.path("volumes").spliterator(), false)
                    .anyMatch(volume -> volume.has("emptyDir") && name.equals(volume.get("name"))));
  }

  @Test
  void everySettingInAManifestIsOneOfTheService() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    for (Path file : files(".yaml")) {
      Matcher name = Pattern.compile("\\b(BOTBOT_[A-Z_]+)\\b").matcher(Files.readString(file));
      while (name.find()) {
        String key = name.group(1).toLowerCase().replace("botbot_", "botbot.").replace('_', '-');
        boolean known =
            readme.contains(name.group(1))
                || readme.lines().anyMatch(line -> line.replace('.', '-').contains(dashed(key)))
                || name.group(1).equals("BOTBOT_METRICS_KEY");
        assertTrue(known, () -> file + ": " + name.group(1));
      }
    }
  }

  private static String dashed(String key) {
    return "`" + key.replace('.', '-') + "`";
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
  void anImageIsBuiltFromWhatThereIsAndRunsWithoutRights(String name) throws IOException {
    List<Map.Entry<String, String>> instructions = instructions(name);
    assertTrue(all(instructions, "FROM").size() > 1, "a stage that builds and one that runs");
    for (String copy : all(instructions, "COPY")) {
      if (!copy.startsWith("--from=")) {
        List<String> words = List.of(copy.split(" "));
        words
            .subList(0, words.size() - 1)
            .forEach(from -> assertTrue(Files.exists(Path.of(from)), from));
      }
    }
    assertFalse(all(instructions, "USER").getLast().startsWith("root"));
    assertFalse(all(instructions, "USER").getLast().startsWith("0"));
    assertEquals(1, all(instructions, "HEALTHCHECK").size());
    JsonNode entry = new ObjectMapper().readTree(all(instructions, "ENTRYPOINT").getLast());
    assertTrue(entry.isArray(), "process 1 is the service itself, so that it gets SIGTERM");
  }

  /** The JVM takes the cache only if it runs with the options with which that was made. */
  @Test
  void theImageOfTheJvmStartsFromTheCacheThatItMakes() throws IOException {
    List<Map.Entry<String, String>> instructions = instructions("Dockerfile.jvm");
    String training = "java -cp \"test-classes:lib/*\" " + AotTraining.class.getName() + " ";
    List<String> made =
        all(instructions, "RUN").stream().filter(run -> run.startsWith(training)).toList();
    assertEquals(1, made.size());
    int at = instructions.indexOf(Map.entry("RUN", made.getFirst()));
    List<Map.Entry<String, String>> before = instructions.subList(0, at);
    List<Map.Entry<String, String>> after = instructions.subList(at, instructions.size());
    assertEquals("service AS training", all(before, "FROM").getLast(), "the JVM of the image");
    assertEquals("10001:10001", all(before, "USER").getLast(), "PostgreSQL refuses root");
    assertEquals(List.of("service"), all(after, "FROM"), "the jars of the image");
    assertEquals(List.of("--from=training /app/app.aot ./"), all(after, "COPY"));

    List<String> words = List.of(made.getFirst().substring(training.length()).split(" "));
    List<String> start = new ArrayList<>();
    new ObjectMapper()
        .readTree(all(instructions, "ENTRYPOINT").getLast())
        .forEach(word -> start.add(word.asText()));
    assertTrue(start.contains("-XX:AOTCache=" + words.getFirst() + "/app.aot"), start.toString());
    assertTrue(start.containsAll(words.subList(1, words.size())), start.toString());
    assertTrue(all(instructions, "WORKDIR").contains(words.getFirst()));
  }

  private static List<Map.Entry<String, String>> instructions(String name) throws IOException {
    String text = Files.readString(DEPLOY.resolve(name)).replaceAll("\\\\\\n\\s*", " ");
    List<Map.Entry<String, String>> instructions = new ArrayList<>();
    for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
      Matcher instruction = INSTRUCTION.matcher(line);
      assertTrue(instruction.matches(), line);
      assertTrue(INSTRUCTIONS.contains(instruction.group(1)), line);
      instructions.add(Map.entry(instruction.group(1), instruction.group(2)));
    }
    return instructions;
  }

  @Test
  void composeMountsAndBuildsWhatThereIs() throws IOException {
    JsonNode services = yaml("compose.yaml").get("services");
    assertTrue(Files.exists(DEPLOY.resolve(services.at("/service/build/context").asText())));
    assertTrue(Files.exists(Path.of(services.at("/service/build/dockerfile").asText())));
    for (JsonNode service : services) {
      for (JsonNode volume : service.path("volumes")) {
        String from = volume.asText().split(":")[0];
        assertTrue(!from.startsWith(".") || Files.exists(DEPLOY.resolve(from)), from);
      }
    }
  }

  @Test
  void everyAlertHasItsParagraphInTheRunbook() throws IOException {
    Set<String> headings = new TreeSet<>();
    Files.readString(DEPLOY.resolve("RUNBOOK.md"))
        .lines()
        .filter(line -> line.startsWith("## "))
        .forEach(line -> headings.add(line.substring(3)));
    for (JsonNode rule : yaml("prometheus/alerts.yaml").at("/groups/0/rules")) {
      String runbook = rule.at("/annotations/runbook").asText();
      assertTrue(headings.contains(runbook.replace("RUNBOOK.md#", "")), runbook);
    }
    assertTrue(
        headings.containsAll(
            Set.of(
                "degraded",
                "redis-slow",
                "redis-memory",
                "redis-evicts",
                "outbox",
                "corruption",
                "webhook")));
  }

  @Test
  void everyPanelHasAQueryAndAUnit() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(DEPLOY.resolve("grafana/dashboard.json").toFile());
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertTrue(ids.add(panel.get("id").asInt()), "ids are unique");
      if (!panel.get("type").asText().equals("row")) {
        assertFalse(panel.at("/targets/0/expr").asText().isEmpty(), panel::toString);
        assertFalse(panel.at("/fieldConfig/defaults/unit").asText().isEmpty(), panel::toString);
        assertEquals(
            yaml("grafana/provisioning/datasources/prometheus.yaml").at("/datasources/0/uid"),
            panel.at("/datasource/uid"));
      }
    }
  }

  private static List<String> all(List<Map.Entry<String, String>> instructions, String name) {
    return instructions.stream()
        .filter(instruction -> instruction.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static JsonNode yaml(String file) throws IOException {
    return YAML.readTree(DEPLOY.resolve(file).toFile());
  }

  private static List<Path> files(String end) throws IOException {
    try (Stream<Path> found = Files.walk(DEPLOY)) {
      return found.filter(file -> file.toString().endsWith(end)).toList();
    }
  }

  /** What the models kept aside because no field of theirs takes it. */
  private static List<String> unknown(Object read, String at) {
    List<String> found = new ArrayList<>();
    if (read instanceof Collection<?> items) {
      items.forEach(item -> found.addAll(unknown(item, at + "[]")));
    } else if (read != null && read.getClass().getName().startsWith("io.fabric8.")) {
      for (var getter : read.getClass().getMethods()) {
        String name = getter.getName();
        if (!name.startsWith("get") || getter.getParameterCount() > 0 || name.equals("getClass")) {
          continue;
        }
        try {
          Object value = getter.invoke(read);
          if (name.equals("getAdditionalProperties")) {
            ((Map<?, ?>) value).keySet().forEach(key -> found.add(at + "." + key));
          } else {
            found.addAll(unknown(value, at + "." + name.substring(3)));
          }
        } catch (ReflectiveOperationException e) {
          throw new AssertionError(e);
        }
      }
    }
    return found;
  }
}
