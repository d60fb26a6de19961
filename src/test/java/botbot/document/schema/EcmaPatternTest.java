package botbot.document.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcmaPatternTest {

  private static final int MAX_SIZE = 10_000;

  private static final java.util.regex.Pattern UNICODE =
      java.util.regex.Pattern.compile("\\\\u([0-9a-f]{4})");

  /** Pattern, a text in which it finds something, and one in which it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "^\\p{Letter}+$ éΩß a1",
        "^\\p{L}\\P{Lu}$ Aé éA",
        "^\\p{General_Category=Decimal_Number}$ ৪ a",
        "^\\p{digit}$ ৪ a",
        "^\\p{Script=Greek}+$ Ωμέγα omega",
        "^\\p{sc=Grek}+$ Ωμέγα omega",
        "^[\\p{Script=Cyrillic}\\d]+$ мир1 mir",
        "^\\p{ASCII}$ a é",
        "^[^\\p{Any}a]|b$ b a",
        "^[\\u4e00-\\u9fff]+$ 漢字 kanji",
        "^\\u{1F600}$ 😀 u{1F600}",
        "^\\ud83d\\ude00$ 😀 x",
        "^[😀-😂]$ 😁 😎",
        "^.$ 😀 😀😀",
        "^a{1001}$ a*1001 a*1000",
        "^a{0,2500}$ a*2500 a*2501",
        "^a{1500,}$ a*1500 a*1499",
        "^(?:ab){2,3}?$ abab ab",
        "^\\x41\\cJ?\\0?$ A B",
        "^[\\w-.]+$ a-b. a*b",
        "^[\\]\\[^-]+$ []^- a",
        "^[^]$ a aa",
        "a|[] a b",
        "^{a}]$ {a}] a",
        "^\\-\\_\\@\\/$ -_@/ x",
        "^(?<year>\\d{4})-(?<month>\\d\\d)$ 2024-01 2024-1",
        "^\\w+$ Az_9 é",
        "^\\d$ 1 ৪",
        "\\bword\\b a.word. aword",
        "^a.c$ abc a\\nc",
        "^a\\sc$ a\\u00a0c abc",
        "^a[\\s]c$ a\\ufeffc abc",
        "^a[^\\s]c$ abc a\\u2028c",
        "^a\\Sc$ abc a\\u3000c",
        "^a[\\S]c$ abc a\\u2003c",
        "^a[^\\S]c$ a\\u000bc abc",
        "^abc$ abc abc\\n",
        "^a[\\b]$ a\\u0008 ab"
      })
  void findsWhatEcmaScriptFinds(String regex, String found, String notFound) {
    assertTrue(find(regex, text(found)), regex + " in " + found);
    assertTrue(!find(regex, text(notFound)), regex + " in " + notFound);
  }

  private static String text(String written) {
    int times = written.indexOf('*');
    return times == 1 && written.length() > 4
        ? "a".repeat(Integer.parseInt(written.substring(2)))
        : UNICODE
            .matcher(written.replace("\\n", "\n"))
            .replaceAll(code -> Character.toString(Integer.parseInt(code.group(1), 16)));
  }

  /** Pattern, and words of the reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "(?=a) look-around",
        "(?!a) look-around",
        "(?<=a) look-around",
        "(?<!a) look-around",
        "(a)\\1 'back reference'",
        "(?<n>a)\\k<n> 'back reference'",
        "[[:alpha:]] [:alpha:]",
        "[^[:space:]a] [:alpha:]",
        "(?i)a 'inline flags'",
        "(?s:a) 'inline flags'",
        "(?P<n>a) 'not of ECMA-262'",
        "(?>a) 'not of ECMA-262'",
        "\\Aa \\A",
        "a\\z \\z",
        "a\\Z \\Z",
        "\\Qa\\E \\Q",
        "\\a \\a",
        "\\h \\h",
        "\\pL braces",
        "\\p{Greek} 'not known'",
        "\\p{Script_Extensions=Greek} 'not known'",
        "\\p{Alphabetic} 'not known'",
        "\\p{letter} 'not known'",
        "\\07 octal",
        "\\c1 letter",
        "\\xf hexadecimal",
        "\\u12 hexadecimal",
        "\\u{110000} 'code point'",
        "\\ud83d surrogate",
        "a{2,1} 'out of order'",
        "[b-a] 'out of order'",
        "a{,2} {0,n}",
        "* 'nothing to repeat'",
        "a** 'nothing to repeat'",
        "^* 'nothing to repeat'",
        "(a 'not closed'",
        "[a 'not closed'",
        "a) 'not open'",
        "a\\ backslash",
        "(?<a>x)(?<a>y) 'one name'",
        "(a{100}){1000} 'too much'",
        "a{99999999999999999999} 'too much'"
      })
  void whatCannotBeSaidIsRefusedByName(String regex, String reason) {
    UnusablePattern refusal =
        assertThrows(UnusablePattern.class, () -> EcmaPattern.toRe2(regex, MAX_SIZE), regex);
    assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
  }

  private static final String[] PARTS = {
    "a",
    "b",
    "B",
    "1",
    "_",
    "-",
    ",",
    "é",
    "Ω",
    "😀",
    ".",
    "^",
    "$",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{0,2}",
    "{1,}",
    "{,2}",
    "{",
    "}",
    "]",
    "(",
    "(?:",
    ")",
    ")",
    "[",
    "[^",
    "[ab]",
    "[^ab]",
    "[]",
    "[^]",
    "[a-c\\d]",
    "[\\s\\-a]",
    "[^\\S]",
    "[^\\s]",
    "[\\S]",
    "[\\w-.]",
    "[\\b]",
    "[\\W_]",
    "[^\\d\\D]",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "\\t",
    "\\n",
    "\\v",
    "\\0",
    "\\cJ",
    "\\x41",
    "\\u00a0",
    "\\ud83d\\ude00",
    "\\u{1F600}",
    "\\p{L}",
    "\\P{Lu}",
    "\\p{Nd}",
    "\\p{Script=Greek}",
    "[\\p{L}1]",
    "[^\\P{L}]",
    "\\-",
    "\\/",
    "\\.",
    "\\@",
    "\\A",
    "\\1",
    "(?=a)",
    "(?i)",
    "[[:alpha:]]",
    "(?<n>",
    "\\pL",
    "\\"
  };

  private static final String[] TEXTS = {
    "a", "b", "B", "c", "1", "_", "-", ",", ".", "é", "Ω", "😀", " ", "\n", "\r", "\t", "\u000b",
    "\u00a0", "\u2028", "\ufeff", "{", "}", "[", "]", "A", "\b", "@", "/", "\0", "ৰ"
  };

  /**
   * Prints, for each [pattern, text], what Node finds: with the flag u, else without, else null.
   */
  private static final String SCRIPT =
      """
      const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
      const find = (p, t) => {
        try { return new RegExp(p, 'u').test(t); } catch (e) { }
        if (/\\\\[pPu]|[^\\u0000-\\u024f]/.test(p)) return 'only with u';
        try { return new RegExp(p).test(t); } catch (e) { return null; }
      };
      console.log(JSON.stringify(cases.map(([p, t]) => find(p, t))));
      """;

  @Test
  void agreesWithNodeOnRandomPatterns() throws IOException, InterruptedException {
    Assumptions.assumeTrue(hasNode(), "needs Node.js to compare with");
    Random random = new Random(12);
    List<String[]> cases = new ArrayList<>();
    while (cases.size() < 20_000) {
      String regex = some(PARTS, 1 + random.nextInt(6), random);
      String text = some(TEXTS, random.nextInt(6), random);
      try {
        EcmaPattern.toRe2(regex, MAX_SIZE);
        cases.add(new String[] {regex, text});
      } catch (UnusablePattern refused) {
        // by name; see above
      }
    }
    JsonNode expected = node(cases);
    for (int i = 0; i < cases.size(); i++) {
      String regex = cases.get(i)[0];
      String text = cases.get(i)[1];
      if (!expected.get(i).isTextual()) {
        assertEquals(
            expected.get(i).asText(), "" + find(regex, text), () -> regex + " in \"" + text + '"');
      }
    }
  }

  private static String some(String[] parts, int count, Random random) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(parts[random.nextInt(parts.length)]);
    }
    return all.toString();
  }

  private static boolean hasNode() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(folder, "node"))) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode node(List<String[]> cases) throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    Path answers = Files.createTempFile("patterns", ".json");
    try {
      Process node =
          new ProcessBuilder("node", "-e", SCRIPT)
              .redirectOutput(answers.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream in = node.getOutputStream()) {
        json.writeValue(in, cases);
      }
      assertEquals(0, node.waitFor());
      return json.readTree(answers.toFile());
    } finally {
      Files.delete(answers);
    }
  }

  private static boolean find(String regex, String text) {
    return Pattern.compile(EcmaPattern.toRe2(regex, MAX_SIZE)).matcher(text).find();
  }
}
