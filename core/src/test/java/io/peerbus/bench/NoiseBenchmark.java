package io.peerbus.bench;

import io.peerbus.crypto.KeyPair;
import io.peerbus.noise.Handshake;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.noise.Opener;
import io.peerbus.noise.Sealer;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Noise frames and whole handshakes on one core. MB/s = operations/s times size. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class NoiseBenchmark {

  private static final int BATCH = 64;

  /** A completed handshake and a batch of frames to open. */
  @State(Scope.Thread)
  public static class Connection {

    /** Bytes of plaintext a frame. */
    @Param({"256", "4096", "65519"})
    public int size;

    private Sealer sealer;
    private Opener opener;
    private byte[] plain;
    private byte[] frame;

    @Setup
    public void setUp() throws HandshakeException {
      Handshakes both = new Handshakes();
      sealer = both.shake().sealer();
      opener = both.responder.opener();
      plain = new byte[size];
      frame = new byte[size + Sealer.OVERHEAD];
    }
  }

  /** What is sealed before each batch is opened; apart from {@link Connection} so that {@link #seal} has none. */
  @State(Scope.Thread)
  public static class Batch {

    private ByteBuffer frames;
    /** JMH would give the benchmark itself another one. */
    private Opener opener;

    @Setup(Level.Invocation)
    public void seal(Connection connection) throws HandshakeException {
      opener = connection.opener;
      int length = connection.frame.length;
      if (frames == null) {
        frames = ByteBuffer.allocate(BATCH * length);
      }
      for (int i = 0; i < BATCH; i++) {
        connection.sealer.seal(connection.plain, 0, connection.size, frames.array(), i * length);
      }
      frames.clear();
    }
  }

  /** Two nodes. */
  @State(Scope.Thread)
  public static class Handshakes {

    private final SecureRandom random = new SecureRandom();
    private final NoiseIdentity dialer = identity(1);
    private final NoiseIdentity listener = identity(2);
    private Handshake responder;

    private NoiseIdentity identity(int n) {
      byte[] seed = new byte[32];
      seed[0] = (byte) n;
      return NoiseIdentity.of(KeyPair.ed25519(seed), random);
    }

    private Handshake shake() throws HandshakeException {
      List<String> muxers = List.of("/yamux/1.0.0");
      Handshake initiator =
          Handshake.initiator(dialer, muxers, listener.identity().publicKey().peerId(), random);
      responder = Handshake.responder(listener, muxers, random);
      responder.onBytes(initiator.output());
      initiator.onBytes(responder.output());
      responder.onBytes(initiator.output());
      return initiator;
    }
  }

  @Benchmark
  public int seal(Connection connection) throws HandshakeException {
    return connection.sealer.seal(connection.plain, 0, connection.size, connection.frame, 0);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int open(Batch batch) throws HandshakeException {
    int bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      bytes += batch.opener.open(batch.frames).remaining();
    }
    return bytes;
  }

  /** Both sides, without the network between. */
  @Benchmark
  public String handshake(Handshakes both) throws HandshakeException {
    both.shake();
    return both.responder.muxer();
  }
}
