import { describe, expect, it } from "vitest";

const ELEMENTS = new URL("../../../main/resources/console/elements/", import.meta.url);
const { compact, elements, lineAndColumn, locate, member, parse, pretty } = await import(
  new URL("json.js", ELEMENTS).pathname
);
const { difference, merge } = await import(new URL("lines.js", ELEMENTS).pathname);

/** Numbers from 0 to below `bound`, the same in each run. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % bound;
  };
}

describe("JSON as text", () => {
  it("keeps every digit of a number", () => {
    const text = '{"b":1.10,"a":[null,1e400,12345678901234567890,-0.0],"c":{},"d":[]}';
    expect(compact(pretty(text))).toBe(text);
    expect(member(text, "b")).toBe("1.10");
    expect(elements(text, "a")).toEqual(["null", "1e400", "12345678901234567890", "-0.0"]);
  });

  it("reads what JSON.parse reads, and nothing else", () => {
    const texts = ["", "{", '{"a":1,}', "[1 2]", "nul", "01", '"a', "{a:1}", "1 2", '"\n"', '"\\x"', "[,]", "-", "1."];
    texts.push('{"a":{"b":[1,"\\u00e9\\n",true]}}', " [ ] ", '"x"', "-1.5E+10", "[[[]]]", '{"":0}');
    for (const text of texts) {
      expect(readBy(parse, text), text).toBe(readBy(JSON.parse, text));
    }
  });

  it("writes any value over several lines and back", () => {
    const random = numbers(7);
    const value = (depth: number): unknown => {
      const members = () => [...Array(random(4)).keys()];
      switch (random(depth > 3 ? 3 : 5)) {
        case 0:
          return random(100) * 1.5;
        case 1:
          return `s${random(9)}"\\é\n漢`;
        case 2:
          return null;
        case 3:
          return members().map(() => value(depth + 1));
        default:
          return Object.fromEntries(members().map((i) => [`k${i} "`, value(depth + 1)]));
      }
    };
    for (let i = 0; i < 2000; i++) {
      const text = JSON.stringify(value(0));
      expect(compact(pretty(text))).toBe(text);
      expect(pretty(text)).toBe(JSON.stringify(JSON.parse(text), undefined, 2));
    }
  });

  it("reads a long text without running out of stack", () => {
    const text = JSON.stringify({ a: "x".repeat(4 << 20), b: '\n"'.repeat(1 << 20) });
    expect(compact(pretty(text))).toBe(text);
  });

  it("finds the place that a violation names", () => {
    const text = '{"a":{"b c":[1,{"d":"x"}]}}';
    const at = (path: string) => {
      const { start, end } = locate(parse(text), path);
      return text.slice(start, end);
    };
    expect(at("")).toBe(text);
    expect(at(".a['b c'][1].d")).toBe('"d":"x"');
    expect(at(".a['b c'][0]")).toBe("1");
    // what is missing has no place but that of what should hold it
    expect(at(".a.missing")).toBe('"a":{"b c":[1,{"d":"x"}]}');
    expect(lineAndColumn("a\nbc", 3)).toEqual({ line: 2, column: 2 });
  });

  function readBy(reader: (text: string) => unknown, text: string): boolean {
    try {
      reader(text);
      return true;
    } catch {
      return false;
    }
  }
});

describe("the difference of texts", () => {
  /** How many lines two texts have in common at most, in order: the naive way. */
  function common(a: string[], b: string[]): number {
    const table = [...Array(a.length + 1)].map(() => Array<number>(b.length + 1).fill(0));
    const at = (i: number, j: number) => table[i]?.[j] ?? 0;
    a.forEach((line, i) =>
      b.forEach((other, j) => {
        (table[i + 1] as number[])[j + 1] = line === other ? at(i, j) + 1 : Math.max(at(i, j + 1), at(i + 1, j));
      }),
    );
    return at(a.length, b.length);
  }

  it("is right, and the shortest, of random texts", () => {
    const random = numbers(3);
    const lines = () => [...Array(random(10))].map(() => "abc".charAt(random(3)));
    for (let i = 0; i < 10_000; i++) {
      const [before, after] = [lines(), lines()];
      const hunks = difference(before, after);
      const made: string[] = [];
      let at = 0;
      let removed = 0;
      for (const hunk of hunks) {
        made.push(...before.slice(at, hunk.from), ...after.slice(hunk.newFrom, hunk.newTo));
        at = hunk.to;
        removed += hunk.to - hunk.from;
      }
      expect([...made, ...before.slice(at)]).toEqual(after);
      expect(before.length - removed).toBe(common(before, after));
    }
  });

  it("is bounded for two long texts that have nothing in common", () => {
    const before = [...Array(50_000).keys()].map((i) => `a${i}`);
    const after = before.map((line) => `b${line}`);
    const began = performance.now();
    expect(difference(before, after)).toEqual([{ from: 0, to: 50_000, newFrom: 0, newTo: 50_000 }]);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it("of three joins changes at different places, and tells where both changed the same", () => {
    expect(merge("a\nb\nc\nd\ne", "a\nB\nc\nd\ne", "a\nb\nc\nD\ne").merged).toBe("a\nB\nc\nD\ne");
    expect(merge("a\nb\nc", "a\nX\nc", "a\nX\nc").merged).toBe("a\nX\nc");
    const { merged, regions } = merge("a\nb\nc", "a\nX\nc", "a\nY\nc");
    expect(merged).toBeUndefined();
    expect(regions).toEqual([{ at: 1, base: ["b"], theirs: ["X"], mine: ["Y"], conflict: true }]);
  });

  it("of three is the change of one where the other has changed nothing", () => {
    const random = numbers(11);
    const text = () => [...Array(1 + random(9))].map(() => "abc".charAt(random(3))).join("\n");
    for (let i = 0; i < 5000; i++) {
      const [base, changed] = [text(), text()];
      expect(merge(base, changed, base).merged).toBe(changed);
      expect(merge(base, base, changed).merged).toBe(changed);
      expect(merge(base, changed, changed).merged).toBe(changed);
    }
  });
});
