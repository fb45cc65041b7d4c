package io.peerbus.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of a command of the assembled program, as a process of its own. */
public final class Command implements AutoCloseable {

  static final Path HOME = Path.of("target", "peerbus").toAbsolutePath();

  private static final long PATIENCE_SECONDS = 90;

  /** A JVM for a second or two: a compiler of many levels would only take time from the others. */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ";

  private final Process process;
  private final Path errors;
  private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private final Thread reader;

  private Command(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    reader = new Thread(this::read, "output");
    reader.start();
  }

  /** Starts {@code bin/<words[0]>} in {@code folder}, which is also where it keeps its data. */
  public static Command start(Path folder, Map<String, String> environment, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(words));
    if (!command.get(0).contains("/")) {
      command.set(0, HOME.resolve("bin").resolve(command.get(0)).toString());
    }
    Path errors = Files.createTempFile(folder, "stderr", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
        .redirectError(errors.toFile());
    builder.environment().put("XDG_DATA_HOME", folder.resolve("data").toString());
    builder.environment().remove("REMOTE_PEER");
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_OPTS", SHORT_LIVED + environment.getOrDefault("JAVA_OPTS", ""));
    return new Command(builder.start(), errors);
  }

  public static Command start(Path folder, String... words) throws IOException {
    return start(folder, Map.of(), words);
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add("reading failed: " + e);
    }
  }

  /** Waits for a line like this and gives its match; lines before it stay in {@link #seen()}. */
  public Matcher line(String regex) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      String line = output.poll(200, TimeUnit.MILLISECONDS);
      if (line == null && !process.isAlive() && output.isEmpty()) {
        break;
      }
      if (line != null) {
        seen.add(line);
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          return matcher;
        }
      }
    }
    throw new AssertionError("no line like \"" + regex + "\" in " + seen + "; errors: " + errors());
  }

  /** Waits until a node takes commands: the last of its start, a moment after it listens. */
  void awaitControl(Path socket) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!accepts(socket)) {
      boolean over = process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end;
      if (over) {
        throw new AssertionError("nobody listens at " + socket + "; errors: " + errors());
      }
    }
  }

  private static boolean accepts(Path socket) {
    // One that lies too deep for a socket's name is a link to where it really is.
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket.toRealPath()))) {
      return channel.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  void type(String line) throws IOException {
    process.outputWriter().write(line + "\n");
    process.outputWriter().flush();
  }

  void endInput() throws IOException {
    process.outputWriter().close();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy() would close its output as well
  }

  /** SIGINT, which is what Ctrl-C sends; SIGTERM where a shell has its jobs in the background ignore that one. */
  void interrupt() throws IOException, InterruptedException {
    String signal = ignoresInterrupts() ? "-TERM" : "-INT";
    System.out.println("Ctrl-C is tried by kill " + signal);
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  private boolean ignoresInterrupts() throws IOException {
    String ignored = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn: 0").split("\\s+")[1];
    return new BigInteger(ignored, 16).testBit(1); // that of signal 2
  }

  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running; errors: " + errors());
    }
    reader.join();
    output.drainTo(seen);
    return process.exitValue();
  }

  /** The lines taken so far; all of them once it has ended. */
  public List<String> seen() {
    return seen;
  }

  public String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
