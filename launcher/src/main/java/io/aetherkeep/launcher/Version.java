package io.aetherkeep.launcher;

/** Version of the program. */
final class Version {

  static final String OURS = implementation(Version.class);

  private Version() {}

  private static String implementation(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
