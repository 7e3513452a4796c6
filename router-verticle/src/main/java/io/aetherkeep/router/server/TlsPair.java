package io.aetherkeep.router.server;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** Check that a TLS certificate and a private key belong together. */
final class TlsPair {

  /**
   * Signature algorithms by the algorithms of the keys. Vert.x reads no other keys, such as those
   * of Ed25519, and the JDK refuses a certificate for another algorithm than its key's.
   */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  private static final byte[] SAMPLE = new byte[32];

  private TlsPair() {}

  /** Throws an exception unless the key signs what the first certificate verifies. */
  static void check(Vertx vertx, PemKeyCertOptions pair) throws IOException {
    for (KeyManager manager : managers(vertx, pair)) {
      if (manager instanceof X509KeyManager keys) {
        for (Map.Entry<String, String> algorithm : SIGNATURES.entrySet()) {
          check(keys, algorithm.getKey(), algorithm.getValue());
        }
      }
    }
  }

  private static KeyManager[] managers(Vertx vertx, PemKeyCertOptions pair) throws IOException {
    try {
      return pair.getKeyManagerFactory(vertx).getKeyManagers();
    } catch (Exception e) {
      throw new IOException(
          "the certificate or the key cannot be read; keys must be RSA or EC: " + e.getMessage(),
          e);
    }
  }

  private static void check(X509KeyManager keys, String algorithm, String signature)
      throws IOException {
    String[] aliases = keys.getServerAliases(algorithm, null);
    if (aliases == null) {
      return;
    }
    for (String alias : aliases) {
      PublicKey leaf = keys.getCertificateChain(alias)[0].getPublicKey();
      if (!match(leaf, keys.getPrivateKey(alias), signature)) {
        throw new IOException("the certificate and the key do not match");
      }
    }
  }

  private static boolean match(PublicKey leaf, PrivateKey key, String algorithm) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(SAMPLE);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(leaf);
      verifier.update(SAMPLE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
