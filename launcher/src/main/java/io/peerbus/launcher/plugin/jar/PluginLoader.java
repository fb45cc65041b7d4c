package io.peerbus.launcher.plugin.jar;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * The class loader of one plugin. Shared packages come from the node, so that both mean the same class by the same
 * name; everything else comes from the plugin's jar or not at all. A plugin therefore brings its own version of what
 * it likes, and cannot reach what is inside core: by accident, that is, for a JVM is no sandbox.
 *
 * <p>Its name, {@code plugin:<id>@<version>}, stands in stack traces. Collected once it is closed, its verticle is
 * undeployed and no thread remembers it.
 */
public final class PluginLoader extends URLClassLoader {

  /**
   * What plugins share with the node. Of core that is the API and the pure packages that protocols are written with;
   * {@code net}, {@code bus}, {@code swarm}, {@code host} and {@code launcher} are left out on purpose.
   */
  static final List<String> SHARED = List.of(
      "java.", "javax.", "jdk.", "sun.", "com.sun.", "org.w3c.", "org.xml.", "org.ietf.", "netscape.javascript.",
      "io.vertx.", "io.netty.", "org.slf4j.", "com.fasterxml.jackson.",
      "com.google.protobuf.", "org.bouncycastle.",
      "io.peerbus.api.", "io.peerbus.multiformats.", "io.peerbus.crypto.", "io.peerbus.machine.");

  static {
    registerAsParallelCapable();
  }

  private volatile Object attachment;

  public PluginLoader(String id, String version, Path jar) throws MalformedURLException {
    super("plugin:" + id + "@" + version, new URL[] {jar.toUri().toURL()}, PluginLoader.class.getClassLoader());
  }

  /** What the node keeps with it, or {@code null}: goes when the loader goes. Any thread. */
  public Object attachment() {
    return attachment;
  }

  public void attach(Object next) {
    attachment = next;
  }

  static boolean isShared(String className) {
    for (String prefix : SHARED) {
      if (className.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (isShared(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        loaded = findOwn(name);
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  private Class<?> findOwn(String name) throws ClassNotFoundException {
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      throw new ClassNotFoundException(name + " is neither in the jar of " + getName()
          + " nor in a package that plugins share with the node");
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own != null || !isShared(name.replace('/', '.')) ? own : getParent().getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    if (isShared(name.replace('/', '.'))) {
      all.addAll(Collections.list(getParent().getResources(name)));
    }
    return Collections.enumeration(all);
  }
}
