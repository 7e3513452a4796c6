package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aetherkeep.router.RouterVerticle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OpenAPI document passes linters, and generated clients compile.
 *
 * <p>{@code .ci/run} installs the tools. Without a tool its test is skipped with a message.
 */
class ContractToolsTest {

  private static final Path TOOLS = ToolRun.repository().resolve(".ci/contract");
  private static final Path JARS = TOOLS.resolve("target/tools");
  private static final Path GENERATOR = JARS.resolve("openapi-generator-cli.jar");
  private static final List<String> STRICT =
      List.of(
          "--noEmit",
          "--strict",
          "--target",
          "es2020",
          "--lib",
          "es2020,dom",
          "--module",
          "esnext",
          "--moduleResolution",
          "node");

  @TempDir private Path directory;
  private Path document;

  @BeforeEach
  void copyTheDocument() throws Exception {
    document = directory.resolve("openapi.json");
    try (InputStream served = RouterVerticle.class.getResourceAsStream("openapi.json")) {
      Files.copy(served, document);
    }
  }

  @Test
  void spectral_hasNothingToSay() throws Exception {
    run(
        npm("spectral"),
        "lint",
        "--fail-severity=hint",
        "--ruleset=" + TOOLS.resolve("spectral.yaml"),
        document.toString());
  }

  @Test
  void redocly_hasNothingToSay() throws Exception {
    String said =
        run(
            npm("redocly"),
            "lint",
            "--config=" + TOOLS.resolve("redocly.yaml"),
            "--format=summary",
            document.toString());
    assertTrue(said.contains("is valid") && !said.contains("You have"), said);
  }

  @Test
  void typesOfOpenapiTypescript_compile() throws Exception {
    Path types = directory.resolve("types.ts");
    run(npm("openapi-typescript"), document.toString(), "--output", types.toString());
    compileTypeScript(types);
  }

  @Test
  void generatedTypeScriptClient_compiles() throws Exception {
    npm("tsc");
    compileTypeScript(generate("typescript-fetch").resolve("index.ts"));
  }

  @Test
  void generatedJavaClient_compiles() throws Exception {
    Path client =
        generate("java", "--library=native", "--additional-properties=openApiNullable=false");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    command.addAll(List.of("-proc:none", "-d", directory.resolve("classes").toString()));
    command.addAll(List.of("-cp", JARS + "/*"));
    try (Stream<Path> sources = Files.walk(client.resolve("src/main"))) {
      sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(command::add);
    }
    run(command);
  }

  @Test
  void generatedPythonClient_compiles() throws Exception {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "there is no Python here");
    run(python.toString(), "-m", "compileall", "-q", generate("python").toString());
  }

  private static void compileTypeScript(Path file) throws Exception {
    List<String> command = new ArrayList<>(List.of(npm("tsc")));
    command.addAll(STRICT);
    command.add(file.toString());
    run(command);
  }

  private static String npm(String name) {
    return ToolRun.npm(TOOLS, name);
  }

  private Path generate(String language, String... options) throws Exception {
    assumeTrue(Files.exists(GENERATOR), "skipped: Maven has not fetched openapi-generator-cli");
    Path client = directory.resolve(language);
    List<String> command = JavaCommand.of("-jar", GENERATOR.toString(), "generate");
    command.addAll(List.of("-i", document.toString(), "-g", language, "-o", client.toString()));
    command.addAll(List.of(options));
    run(command);
    return client;
  }

  private static String run(String... command) throws Exception {
    return run(List.of(command));
  }

  private static String run(List<String> command) throws Exception {
    Map<String, String> quiet =
        Map.of("REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    return ToolRun.run(Path.of("."), quiet, command);
  }
}
