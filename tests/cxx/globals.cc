// Objects with constructors are as new in every run; with -DBUG one is used before it exists.
#include <cassert>
#include <string>
#include <thread>
#include <vector>

struct early {
    early();
};

#ifdef BUG
static early first;
#endif
static std::vector<std::string> names = {"a name that is too long to lie inside its string"};

early::early() { names.push_back("lost: the vector is constructed later"); }

int
main()
{
    std::thread([] { names.emplace_back("second"); }).join();
#ifdef BUG
    assert(names.size() == 3);
#else
    assert(names.size() == 2 && names[0].size() == 48);
#endif
}
