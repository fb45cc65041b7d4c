package io.peerbus.noise;

import io.peerbus.crypto.NativeProvider;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The providers of ChaCha20-Poly1305: the measurement behind {@link AeadCipher#of}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AeadBenchmark {

  private static final byte[] NO_AD = {};

  @Param({"jdk", "native", "bouncycastle"})
  public String provider;

  @Param({"48", "256", "4096", "65519"})
  public int size;

  private AeadCipher cipher;
  private long nonce;
  private byte[] plain;
  private byte[] out;

  @Setup
  public void setUp() {
    cipher = make();
    plain = new byte[size];
    out = new byte[size + AeadCipher.TAG];
  }

  private AeadCipher make() {
    byte[] key = new byte[AeadCipher.KEY];
    return switch (provider) {
      case "jdk" -> new JdkAead(key);
      case "native" -> new NativeAead(NativeProvider.orNull(), key);
      default -> new BouncyCastleAead(key);
    };
  }

  @Benchmark
  public int seal() {
    return cipher.seal(nonce++, NO_AD, plain, 0, size, out, 0);
  }

  /** As in a handshake, where each key seals once. */
  @Benchmark
  public int sealWithANewKey() {
    return make().seal(0, NO_AD, plain, 0, size, out, 0);
  }
}
