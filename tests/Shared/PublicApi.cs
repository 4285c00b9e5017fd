using System.Reflection;
using System.Text;

namespace AdaFormer.Tests;

/// <summary>Compares an assembly's public API with its committed baseline, tests/baselines/ASSEMBLY.txt.</summary>
internal static class PublicApi
{
    /// <summary>Fails where the API differs from the baseline. With ADAFORMER_UPDATE_API=1 the baseline is written anew instead.</summary>
    public static void AssertUnchanged(Assembly assembly)
    {
        var path = Path.Combine(TestData.Repository, "tests", "baselines", assembly.GetName().Name + ".txt");
        var actual = string.Join("\n", Describe(assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("ADAFORMER_UPDATE_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        var expected = File.ReadAllText(path).ReplaceLineEndings("\n");
        var missing = expected.Split('\n').Except(actual.Split('\n')).Select(line => "- " + line);
        var added = actual.Split('\n').Except(expected.Split('\n')).Select(line => "+ " + line);
        Assert.AreEqual(expected, actual, $"The public API differs from {path}. If that is meant, run the tests once with ADAFORMER_UPDATE_API=1.\n{string.Join("\n", missing.Concat(added))}");
    }

    internal static IEnumerable<string> Describe(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        orderby type.FullName
        from line in Describe(type)
        select line;

    private static IEnumerable<string> Describe(Type type)
    {
        IEnumerable<string> bases = type.IsEnum ? [] : type.GetInterfaces().Where(item => item.IsPublic && !item.Name.StartsWith("IEquatable", StringComparison.Ordinal)).Select(Name).Order();
        yield return $"{Kind(type)} {Name(type)}{string.Concat(bases.Select(item => " : " + item))}";
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var line in type.GetMembers(declared).Where(Visible).Select(member => Describe(member, type)).Order(StringComparer.Ordinal))
            yield return "    " + line;
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static bool Visible(MemberInfo member) => member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && (!method.IsSpecialName || method is ConstructorInfo) && !method.Name.Contains('<'),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(accessor => accessor.IsPublic || accessor.IsFamily),
        EventInfo => true,
        _ => false,
    };

    private static string Describe(MemberInfo member, Type type) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{Arguments(method.GetGenericArguments())}({Parameters(method)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{{(property.GetMethod is { IsPublic: true } ? " get;" : "")}{Setter(property)} }}",
        FieldInfo { IsLiteral: true } field when type.IsEnum => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue())}",
        FieldInfo field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        _ => member.ToString()!,
    };

    private static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? " init;" : " set;";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "null"}" : "")}"));

    private static string Arguments(Type[] types) => types.Length == 0 ? "" : $"<{string.Join(", ", types.Select(Name))}>";

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!) + "&";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter)
            return type.Name;
        var name = new StringBuilder(type.Namespace == "System" ? "" : type.Namespace + ".");
        if (type.DeclaringType is { } outer)
            name.Append(outer.Name).Append('.');
        name.Append(type.Name.Split('`')[0]).Append(Arguments(type.GetGenericArguments()));
        return name.ToString();
    }
}
