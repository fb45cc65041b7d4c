package io.peerbus.launcher;

import io.peerbus.crypto.KeyPair;
import io.peerbus.launcher.data.IdentityFile;
import io.peerbus.launcher.plugin.jar.JarSigner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peerbus plugin sign}: a publisher's signature into a plugin's jar. */
@Command(name = "sign", mixinStandardHelpOptions = true,
    description = {"Signs a plugin's jar. What no node would take is not signed, an older signature is replaced.",
        "Prints the publisher's peer id, which belongs into pluginPolicy.publishers of the nodes that are to take it."},
    footer = {"", "Examples:",
        "  peerbus key generate publisher.key",
        "  peerbus plugin sign echo.jar --key publisher.key",
        "  peerbus plugin sign target/echo.jar --key publisher.key --out dist/echo.jar"})
final class PluginSignCommand implements Callable<Integer> {

  @Parameters(paramLabel = "JAR", description = "The plugin's jar.")
  private Path jar;

  @Option(names = {"-k", "--key"}, paramLabel = "FILE", required = true,
      description = "The publisher's ed25519 key, as made by: peerbus key generate.")
  private Path key;

  @Option(names = {"-o", "--out"}, paramLabel = "FILE",
      description = "Where to, instead of into the same file. A file that exists is replaced.")
  private Path out;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws StartException {
    KeyPair publisher = IdentityFile.load(key);
    Path target = out == null ? jar : out;
    WorkFolder.with(work -> {
      JarSigner.sign(jar, publisher, target, work);
      return null;
    });
    PrintWriter print = spec.commandLine().getOut();
    print.println("signed:    " + target);
    print.println("publisher: " + publisher.publicKey().peerId());
    print.flush();
    return Exit.OK.code();
  }
}
