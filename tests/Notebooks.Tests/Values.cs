namespace Notebooks.Tests;

/// <summary>Cells that end in all kinds of values, or show them.</summary>
internal static class Values
{
    /// <summary>One value, declaration or output a line.</summary>
    public static string[] Cells { get; } = """
        (1, "a")
        (X: 1, Y: (2, 3))
        new Dictionary<string, int> { ["a"] = 1, ["b<i>"] = 2 }
        new Dictionary<int, List<string>> { [1] = new() { "x", "y" } }
        new InvalidOperationException("bad <b>", new Exception("inner"))
        (object)null
        (string)null
        "a <b>bold</b> & 'x' \"y\""
        "two\nlines"
        ""
        new List<List<int>> { new() { 1, 2 }, new() { 3 } }
        new[] { 1.5, double.NaN, double.PositiveInfinity, -0.0 }
        new int[,] { { 1, 2 }, { 3, 4 } }
        new[] { "a", "<b>" }
        Enumerable.Range(0, 100)
        new { A = 1, B = "b", C = new { D = 2.5f } }
        DateTime.UnixEpoch
        TimeSpan.FromSeconds(90)
        DayOfWeek.Friday
        typeof(List<int>)
        typeof(Dictionary<,>)
        new Uri("https://example.org/a?b=c&d")
        Guid.Empty
        'c'
        true
        123456789.123m
        1e-5
        3.0f
        12345678901234567890UL
        System.Numerics.BigInteger.Pow(2, 70)
        new StringBuilder("sb")
        HTML("<b>bold</b>")
        HTML("plain")
        new[] { new { Name = "n<>", Value = 1 }, new { Name = "m", Value = 2 } }
        new[] { new { Name = "n", Value = 1 } }.DisplayTable()
        new List<object> { 1, "two", null, new[] { 3, 4 }, 'c', (5, "six") }
        new Queue<int>(new[] { 1, 2 })
        new HashSet<string> { "x" }
        Task.FromResult(5)
        await Task.FromResult(6)
        new int?(5)
        new Lazy<int>(() => 4)
        Array.Empty<int>()
        new byte[] { 1, 2, 255 }
        new ReadOnlyMemory<char>("abc".ToCharArray())
        System.Text.Json.JsonDocument.Parse("{\"a\":[1,null,\"x\"]}").RootElement
        System.Text.Json.Nodes.JsonNode.Parse("{\"a\":[1,null]}")
        new Version(1, 2)
        System.Globalization.CultureInfo.InvariantCulture
        new object()
        new KeyValuePair<string, int>("k", 1)
        Enumerable.Range(0, 3).Select(i => (i, i * i)).ToList()
        Enumerable.Range(0, 3).ToDictionary(i => i, i => new { Square = i * i })
        display("x"); display(1); display((object)null); display(new[] { 1 }, "text/plain")
        display(1, "text/plain", "text/html"); 2
        "<svg/>".DisplayAs("image/svg+xml")
        "{\"a\": 1}".DisplayAs("application/json")
        "# head".DisplayAs("text/markdown")
        "late".Display().Update("y")
        display("x").Update("y")
        Javascript("1")
        Console.Write("no end"); Console.Write(1.5); Console.WriteLine('c'); Console.Error.WriteLine("err")
        Console.Write("10%\r20%\r"); Console.WriteLine("30%")
        return 5;
        var q = 3;
        int F(int x) => x * 2;
        F(4)
        record P(int A, string B);
        new P(1, "<x>")
        struct S { public int Field = 3; public S() {} public int Prop => 4; }
        new S()
        class Node { public int V; public Node Next; }
        var n1 = new Node { V = 1 }; n1.Next = n1; n1
        class WithToString { public override string ToString() => "as <text>"; }
        new WithToString()
        new[] { new WithToString() }
        async IAsyncEnumerable<int> G() { yield return 1; }
        G()
        Environment.NewLine
        unchecked((int)0xFFFFFFFF)
        new Random(1).GetType().Name
        $"{1.5} {DateTime.UnixEpoch}"
        torch.arange(5)
        torch.zeros(2, 3)
        torch.zeros(300, 300)
        new[] { torch.ones(2), torch.zeros(1) }
        (torch.ones(2), 1)
        new Dictionary<string, torch.Tensor> { ["w"] = torch.ones(2) }
        torch.nn.Linear(2, 3)
        new Shape(28, 28, 1)
        new MinMaxScaler().Fit(torch.ones(2, 3))
        new List<object> { torch.ones(2), new Shape(1, 2) }
        new { T = torch.ones(2) }
        torch.ones(2).shape
        Mnist.Load()
        """.Split('\n');
}
