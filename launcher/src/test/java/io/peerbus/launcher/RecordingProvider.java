package io.peerbus.launcher;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;

/**
 * Overhears all secrets of a JVM while it is installed: whatever 32 bytes are drawn at random, and each key of the
 * cipher that Noise uses. It does what the JDK's own does otherwise.
 */
final class RecordingProvider extends Provider implements AutoCloseable {

  private static final long serialVersionUID = 1L;
  private static final String NAME = "Recording";
  private static final String CIPHER = "ChaCha20-Poly1305";
  private static final int KEY = 32;

  private final transient SecureRandom real = new SecureRandom();
  private final transient Set<String> drawn = ConcurrentHashMap.newKeySet();
  private final transient Set<String> cipherKeys = ConcurrentHashMap.newKeySet();

  RecordingProvider() {
    super(NAME, "1", "for a test");
    putService(new Service(this, "SecureRandom", NAME, RecordingRandom.class.getName(), null, null) {
      @Override
      public Object newInstance(Object parameter) {
        return new RecordingRandom();
      }
    });
    putService(new Service(this, "Cipher", CIPHER, RecordingCipher.class.getName(), null, null) {
      @Override
      public Object newInstance(Object parameter) {
        return new RecordingCipher();
      }
    });
    Security.insertProviderAt(this, 1);
  }

  @Override
  public void close() {
    Security.removeProvider(NAME);
  }

  /** In hexadecimal: private keys, long-lived and ephemeral ones. */
  Set<String> drawn() {
    return new TreeSet<>(drawn);
  }

  /** In hexadecimal: keys of handshakes and sessions. */
  Set<String> cipherKeys() {
    return new TreeSet<>(cipherKeys);
  }

  private final class RecordingRandom extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    @Override
    protected void engineSetSeed(byte[] seed) {
      real.setSeed(seed);
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      real.nextBytes(bytes);
      if (bytes.length == KEY) {
        drawn.add(HexFormat.of().formatHex(bytes));
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      return real.generateSeed(length);
    }
  }

  private final class RecordingCipher extends CipherSpi {
    private final Cipher cipher;

    RecordingCipher() {
      try {
        cipher = Cipher.getInstance(CIPHER, "SunJCE");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random)
        throws InvalidKeyException, java.security.InvalidAlgorithmParameterException {
      byte[] bytes = key.getEncoded();
      if (!HexFormat.of().formatHex(bytes).equals("00".repeat(KEY))) { // one that was destroyed is no secret
        cipherKeys.add(HexFormat.of().formatHex(bytes));
      }
      cipher.init(mode, key, parameters);
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
      cipher.updateAAD(bytes, offset, length);
    }

    @Override
    protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int at) throws
        javax.crypto.ShortBufferException, javax.crypto.IllegalBlockSizeException, javax.crypto.BadPaddingException {
      return cipher.doFinal(in, offset, length, out, at);
    }

    @Override
    protected void engineSetMode(String mode) {
      throw new UnsupportedOperationException(mode);
    }

    @Override
    protected void engineSetPadding(String padding) {
      throw new UnsupportedOperationException(padding);
    }

    @Override
    protected int engineGetBlockSize() {
      return cipher.getBlockSize();
    }

    @Override
    protected int engineGetOutputSize(int length) {
      return cipher.getOutputSize(length);
    }

    @Override
    protected byte[] engineGetIV() {
      return cipher.getIV();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
      return cipher.getParameters();
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) {
      throw new UnsupportedOperationException("without a nonce");
    }

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
      throw new UnsupportedOperationException("without a nonce");
    }

    @Override
    protected byte[] engineUpdate(byte[] in, int offset, int length) {
      throw new UnsupportedOperationException("in parts");
    }

    @Override
    protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int at) {
      throw new UnsupportedOperationException("in parts");
    }

    @Override
    protected byte[] engineDoFinal(byte[] in, int offset, int length) {
      throw new UnsupportedOperationException("into a new array");
    }
  }
}
