// What is checked of the package without the service: its types and their source, the way it is
// packed, its size, its documentation.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";

const run = (name, ...options) => execFileSync("npx", [name, ...options], { stdio: "inherit" });
const fail = (message) => {
  throw new Error(message);
};

// the generated types are those of the document as it is
const fresh = mkdtempSync(join(tmpdir(), "openapi-"));
const document = "../main/openapi/openapi.json";
execFileSync("npx", ["openapi-typescript", document, "-o", join(fresh, "openapi.ts")]);
const same = readFileSync(join(fresh, "openapi.ts"), "utf8") === readFileSync("src/openapi.ts", "utf8");
rmSync(fresh, { recursive: true });
same || fail("src/openapi.ts is not that of the OpenAPI document: npm run generate");

// no any, no non-null assertion
for (const path of sources("src")) {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword || ts.isNonNullExpression(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      fail(`${path}:${line + 1}: any, or a non-null assertion`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

// the version of the service
const { version, dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const pom = readFileSync("../../pom.xml", "utf8");
const released = /<artifactId>botbot-state<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1];
version === released || fail(`package.json is ${version}, the service ${released}`);
readFileSync("src/version.ts", "utf8").includes(`"${version}"`) || fail("src/version.ts is another");
dependencies === undefined || fail("a dependency at run time");

run("tsc", "-p", ".");
run("publint", "--strict");
run("attw", "--pack", ".", "--format", "table-flipped");
run("size-limit");
run("typedoc", "--logLevel", "Warn");

function sources(folder) {
  return ts.sys.readDirectory(folder, [".ts"]);
}
