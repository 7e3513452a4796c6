package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the release command in a copy of this repository, with a stub of Maven. */
class ReleaseTest {

  private static final String PRETENDED =
      """
      #!/bin/sh
      echo "$@" >> "$PRETENDED_BUILDS"
      version=$(sed -n 's:^  <version>\\(.*\\)</version>:\\1:p' pom.xml | head -n 1)
      mkdir -p packaging/target/maven/io/aetherkeep/aetherkeep-core/$version
      for end in .tar.gz .zip .deb -sbom.json -image-linux-amd64.tar .deb.sha256; do
        echo "$version" > "packaging/target/aetherkeep-$version$end"
      done
      echo "$version" > packaging/target/maven/io/aetherkeep/aetherkeep-core/$version/core.jar
      """;

  @TempDir Path folder;
  private Path repository;

  @BeforeEach
  void copy() throws Exception {
    assumeTrue(Files.exists(Path.of("..", ".git")), "skipped: these sources are no repository");
    repository = folder.resolve("repository");
    Installed.sh(
        folder,
        """
        mkdir repository programs
        (cd '%s' && git ls-files -z | tar c --null -T -) | tar x -C repository
        cd repository && git init -q -b main && git add -A && %s commit -qm sources
        """
            .formatted(Path.of("..").toRealPath(), "git -c user.name=n -c user.email=e@x"));
    Path maven = Files.writeString(folder.resolve("programs/mvn"), PRETENDED);
    Path npm = Files.writeString(folder.resolve("programs/npm"), "#!/bin/sh\n");
    Path python = Files.writeString(folder.resolve("programs/python"), "#!/bin/sh\n");
    assertTrue(maven.toFile().setExecutable(true) && npm.toFile().setExecutable(true));
    assertTrue(python.toFile().setExecutable(true));
  }

  private String release(String arguments) throws Exception {
    return Installed.sh(
        repository,
        """
        export GIT_AUTHOR_NAME=n GIT_AUTHOR_EMAIL=e@x GIT_COMMITTER_NAME=n GIT_COMMITTER_EMAIL=e@x
        export PATH='%s':"$PATH" PRETENDED_BUILDS='%s' PYTHON=python
        .ci/release %s
        """
            .formatted(folder.resolve("programs"), folder.resolve("builds"), arguments));
  }

  private String git(String arguments) throws Exception {
    return Installed.sh(repository, "git " + arguments).strip();
  }

  @Test
  void dryRun_makesEveryArtifact_andLeavesTheRepositoryAsItWas() throws Exception {
    String before = git("rev-parse HEAD");
    release("1.2.3 --dry-run --out '" + folder.resolve("out") + "'");
    assertEquals(before, git("rev-parse HEAD"));
    assertEquals("", git("tag"));
    assertEquals("", git("status --porcelain"));
    String sums = Installed.sh(folder.resolve("out"), "sha256sum -c SHA256SUMS");
    for (String end :
        new String[] {".tar.gz", ".zip", ".deb", "-sbom.json", "-image-linux-amd64.tar"}) {
      assertTrue(sums.contains("aetherkeep-1.2.3" + end + ": OK"), sums);
    }
    assertTrue(sums.contains("aetherkeep-maven-1.2.3.zip: OK"), sums);
    assertTrue(sums.contains("NOTES.md: OK"), sums);
  }

  @Test
  void release_setsVersionsChangelogAndTag_andBeginsTheNext() throws Exception {
    release("1.2.3");
    assertEquals("v1.2.3", git("describe --tags --exact-match HEAD~1"));
    assertEquals("Release 1.2.3\nBegin 1.2.4", git("log --reverse --format=%s -2"));
    assertEquals("", git("grep -lF SNAPSHOT v1.2.3 -- '*pom.xml' || true"));
    String released = git("show v1.2.3:pom.xml");
    assertTrue(released.contains("<version>1.2.3</version>"));
    assertTrue(
        git("show v1.2.3:CHANGELOG.md")
            .matches("(?s).*\n## Unreleased\n\n## 1.2.3 - [0-9-]{10}\n.*"));
    String now = Files.readString(repository.resolve("examples/verticle/pom.xml"));
    assertTrue(now.contains("<aetherkeep.version>1.2.4-SNAPSHOT</aetherkeep.version>"), now);
    String client = git("show v1.2.3:clients/javascript/package.json");
    assertTrue(client.contains("\"version\": \"1.2.3\","), client);
    String notes = git("tag -l --format='%(contents:body)' v1.2.3");
    assertTrue(notes.contains("### Added"), notes);
    String builds = Files.readString(folder.resolve("builds"));
    assertTrue(builds.startsWith("-B verify\n-B -Ppackaging verify "), builds);
    // A second release of it is refused before anything is done.
    String again = release("1.2.3 || true");
    assertTrue(again.contains("there is a tag v1.2.3 already"), again);
  }

  @Test
  void aReleaseWithoutTheClients_isRefusedBeforeTheBuild() throws Exception {
    Files.delete(folder.resolve("programs/python"));
    Path python = Files.writeString(folder.resolve("programs/python"), "#!/bin/sh\nexit 1\n");
    assertTrue(python.toFile().setExecutable(true));
    String refused = release("1.2.3 2>&1 || true");
    assertTrue(refused.contains("install first: python3-setuptools python3-wheel"), refused);
    assertFalse(Files.exists(folder.resolve("builds")));
  }

  @Test
  void wrongVersions_andUncommittedChanges_areRefused() throws Exception {
    assertTrue(release("1.2 || true").contains("a version is 1.2.3"));
    Files.writeString(repository.resolve("README.md"), "changed");
    assertTrue(release("1.2.3 || true").contains("changes that are not committed"));
    assertFalse(Files.exists(folder.resolve("builds")));
  }
}
