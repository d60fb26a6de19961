package botbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages refer to is there. */
class DocumentationTest {

  private static final Path PAGES = Path.of("src/docs");

  /** Pages that are where their readers look first. */
  private static final List<Path> OTHER_PAGES =
      List.of(
          Path.of("README.md"),
          Path.of("deploy/README.md"),
          Path.of("deploy/RUNBOOK.md"),
          Path.of("src/client/README.md"));

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern FUNCTION =
      Pattern.compile("(?m)^create (?:or replace )?function (\\w+)");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");

  private static final String FAULTS = "src/test/java/botbot/faults";

  /** Tests of faults that are in the room of what fails. */
  private static final Set<String> OTHER =
      Set.of(
          "ClusterFailoverIT",
          "ClusterFaultsIT",
          "FarPostgresIT",
          "HostsIT",
          "PostgresTlsIT",
          "RedisTlsIT",
          "RestrictedRedisIT");

  @Test
  void linksLeadToFilesAndTheirSections() throws IOException {
    List<String> broken = new ArrayList<>();
    int sections = 0;
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
        String file = link.group(1);
        String section = link.group(2);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        if (file.contains("://")) {
          continue;
        }
        if (!Files.exists(target)) {
          broken.add(page + ": " + file);
        } else if (section != null) {
          sections++;
          if (!sections(target).contains(section)) {
            broken.add(page + ": " + file + "#" + section);
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(sections > 5, sections + " links to sections");
  }

  /** The names of a page's sections as links have them. */
  private static Set<String> sections(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void testsThatAreNamedExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      for (MatchResult test : NAMED.matcher(Files.readString(page)).results().toList()) {
        named++;
        String source = sources.get(test.group(1));
        String method = test.group(2);
        if (source == null || method != null && !source.contains("void " + method + "(")) {
          missing.add(page + ": " + test.group());
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(named > 30, named + " tests are named");
  }

  @Test
  void everyFaultHasItsRow() throws IOException {
    String page = Files.readString(PAGES.resolve("cache.md"));
    String table = page.substring(page.indexOf("## What callers see when something is away"));
    List<String> faults =
        testSources().keySet().stream()
            .filter(test -> Files.exists(Path.of(FAULTS, test + ".java")) || OTHER.contains(test))
            .filter(test -> test.endsWith("IT") && !test.equals("RollingUpdateIT"))
            .toList();
    assertTrue(faults.size() > 15, faults + "");
    assertEquals(List.of(), faults.stream().filter(test -> !table.contains("`" + test)).toList());
  }

  /** The migration that defines a function last. */
  @Test
  void thePageOfTheDatabaseSaysWhereEachFunctionIs() throws IOException {
    Map<String, String> inForce = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      files
          .sorted(Comparator.comparing(DocumentationTest::version))
          .forEach(
              file ->
                  FUNCTION
                      .matcher(text().apply(file))
                      .results()
                      .forEach(found -> inForce.put(found.group(1), "" + file.getFileName())));
    }
    Map<String, String> told = new TreeMap<>();
    for (String row : Files.readAllLines(PAGES.resolve("database.md"))) {
      String[] cells = row.split(" \\| ");
      String last = cells[cells.length - 1].replace(" |", "");
      if (last.endsWith(".sql")) {
        Pattern.compile("`(\\w+)`")
            .matcher(cells[0])
            .results()
            .forEach(name -> told.put(name.group(1), last));
      }
    }
    assertEquals(inForce, told);
  }

  private static Runtime.Version version(Path migration) {
    String name = "" + migration.getFileName();
    return Runtime.Version.parse(name.substring(1, name.indexOf("__")).replace('_', '.'));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(PAGES)) {
      return Stream.concat(
              files.filter(file -> file.toString().endsWith(".md")), OTHER_PAGES.stream())
          .toList();
    }
  }

  /** The text of each class of tests, by its simple name. */
  private static Map<String, String> testSources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  text(),
                  (one, other) -> one + other));
    }
  }

  private static Function<Path, String> text() {
    return file -> {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
