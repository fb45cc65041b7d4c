package io.peerbus.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Scanner;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * What the machine allows, for the script {@code speed}: bytes through a bare socket between two processes, and through
 * ChaCha20-Poly1305 in messages of the size that Noise has.
 *
 * <p>Arguments: {@code serve} or {@code run PORT}. Orders: {@code tcp BYTES}, {@code seal-jdk BYTES}, {@code open-jdk
 * BYTES}, {@code seal-bc BYTES}, {@code open-bc BYTES}.
 */
public final class SpeedCeiling {

  private static final int PIECE = 64 * 1024;
  private static final int MESSAGE = 65_519;
  private static final int TAG = 16;
  /** The JDK does not take the same nonce twice running. */
  private static final int NONCES = 16;
  private static final byte[] KEY = new byte[32];

  private final byte[] plain = new byte[MESSAGE];
  private final byte[] out = new byte[MESSAGE + TAG];
  private final byte[][] sealed = new byte[NONCES][];
  private final Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
  private final ChaCha20Poly1305 bouncy = new ChaCha20Poly1305();
  private int messages;

  private SpeedCeiling() throws GeneralSecurityException {
    for (int i = 0; i < NONCES; i++) {
      jdk(Cipher.ENCRYPT_MODE, i, plain);
      sealed[i] = out.clone();
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve();
    } else {
      new SpeedCeiling().run(Integer.parseInt(arguments[1]));
    }
    System.exit(0);
  }

  private static void serve() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open().bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread acceptor = new Thread(() -> swallow(server), "acceptor");
    acceptor.setDaemon(true);
    acceptor.start();
    System.out.println(new JsonObject().put("addr", Integer.toString(server.socket().getLocalPort())).encode());
    while (System.in.read() >= 0) {
      // until the script is done
    }
  }

  /** Reads what comes on one connection after the other, and says when that is all. */
  private static void swallow(ServerSocketChannel server) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(PIECE);
    try {
      while (true) {
        try (SocketChannel peer = server.accept()) {
          while (peer.read(bytes.clear()) >= 0) {
            // nothing is done with it
          }
          peer.write(bytes.clear().limit(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(int port) throws Exception {
    System.out.println(new JsonObject().put("version", System.getProperty("java.version")).encode());
    Scanner orders = new Scanner(System.in, StandardCharsets.UTF_8);
    while (orders.hasNext()) {
      String what = orders.next();
      long bytes = orders.nextLong();
      long began = System.nanoTime();
      if (what.equals("tcp")) {
        tcp(port, bytes);
      } else {
        for (int i = 0; i < bytes / MESSAGE; i++) {
          message(what, messages++ % NONCES); // never one nonce twice in a row, which JDK 17 refuses
        }
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.println(new JsonObject().put("seconds", seconds).encode());
    }
  }

  private static void tcp(int port, long bytes) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    try (SocketChannel peer = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      long left = bytes;
      while (left > 0) {
        left -= peer.write(piece.clear().limit((int) Math.min(PIECE, left)));
      }
      peer.shutdownOutput();
      if (peer.read(piece.clear()) != 1) {
        throw new IOException("the other side did not say that it has all");
      }
    }
  }

  private void message(String what, int nonce) throws GeneralSecurityException, InvalidCipherTextException {
    switch (what) {
      case "seal-jdk" -> jdk(Cipher.ENCRYPT_MODE, nonce, plain);
      case "open-jdk" -> jdk(Cipher.DECRYPT_MODE, nonce, sealed[nonce]);
      case "seal-bc" -> bouncyCastle(true, nonce, plain);
      case "open-bc" -> bouncyCastle(false, nonce, sealed[nonce]);
      default -> throw new IllegalArgumentException("unknown order " + what);
    }
  }

  private static byte[] nonce(int number) {
    byte[] nonce = new byte[12];
    nonce[4] = (byte) number;
    return nonce;
  }

  private void jdk(int mode, int nonce, byte[] in) throws GeneralSecurityException {
    cipher.init(mode, new SecretKeySpec(KEY, "ChaCha20"), new IvParameterSpec(nonce(nonce)));
    cipher.doFinal(in, 0, in.length, out, 0);
  }

  private void bouncyCastle(boolean seals, int nonce, byte[] in) throws InvalidCipherTextException {
    bouncy.init(seals, new AEADParameters(new KeyParameter(KEY), 8 * TAG, nonce(nonce)));
    int written = bouncy.processBytes(in, 0, in.length, out, 0);
    bouncy.doFinal(out, written);
  }
}
