package io.aetherkeep.launcher;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The size of packages, the types that they show, and unique names of types. */
class PackageStructureTest {

  private static final int MOST_FILES = 15;

  /** The types that other packages use are exactly those of the list. */
  @Test
  void packages_showWhatTheListSays() throws IOException {
    Map<String, TreeSet<String>> faces =
        new ClassFileImporter()
                .withImportOption(new ArchitectureTest.NoTests())
                .importPackages("io.aetherkeep")
                .stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(PackageStructureTest::leavesItsPackage)
                .map(Dependency::getTargetClass)
                .collect(
                    groupingBy(
                        JavaClass::getPackageName,
                        TreeMap::new,
                        mapping(PackageStructureTest::file, toCollection(TreeSet::new))));
    String shown =
        faces.entrySet().stream()
            .map(face -> face.getKey() + ": " + String.join(" ", face.getValue()) + "\n")
            .collect(joining());
    assertEquals(listed(), shown);
  }

  private static boolean leavesItsPackage(Dependency dependency) {
    JavaClass target = dependency.getTargetClass();
    return target.getPackageName().startsWith("io.aetherkeep")
        && !target.getPackageName().equals(dependency.getOriginClass().getPackageName());
  }

  /** The name of a type's source file. */
  private static String file(JavaClass type) {
    JavaClass outermost = type.getBaseComponentType();
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    return outermost.getSimpleName();
  }

  private static String listed() throws IOException {
    try (InputStream list = PackageStructureTest.class.getResourceAsStream("package-faces.txt")) {
      return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void simpleNames_standOnce() throws IOException {
    Map<String, List<Path>> named =
        sources("").stream()
            .filter(file -> !file.endsWith("package-info.java"))
            .collect(groupingBy(file -> file.getFileName().toString()));
    named.values().removeIf(files -> files.size() == 1);
    assertEquals(Map.of(), named);
  }

  /** A package with more files gives the reason in its package-info, with the word "files". */
  @Test
  void packages_haveFewFiles_orSayWhyNot() throws IOException {
    Map<Path, List<Path>> packages =
        sources("src/main/java").stream()
            .filter(file -> !file.endsWith("package-info.java"))
            .collect(groupingBy(Path::getParent));
    List<String> large =
        packages.entrySet().stream()
            .filter(each -> each.getValue().size() > MOST_FILES && !saysWhy(each.getKey()))
            .map(each -> each.getKey() + " has " + each.getValue().size() + " files")
            .sorted()
            .toList();
    assertEquals(List.of(), large);
  }

  private static boolean saysWhy(Path directory) {
    try {
      return Files.readString(directory.resolve("package-info.java")).contains(" files");
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> sources(String part) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/") && file.toString().contains(part))
          .toList();
    }
  }
}
